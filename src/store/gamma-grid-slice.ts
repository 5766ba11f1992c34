// What γ does, as small multiples: one map for each γ of the MLP and of the patch convolution, computed one after the
// other. The maps belong to one question; once that has changed they are outdated.
import type { Gammas } from '../session/session.ts';
import type { ImageAnswers, ImageChoices } from './image-answers.ts';
import type { AppState, GammaGridSlice, Slice } from './slices.ts';
import type { GammaGridState } from './state.ts';

/** Columns and rows; low γ gives speckled maps, high γ smooth ones. */
export const gammaAxes = { mlp: [0, 0.01, 0.05, 0.1, 1], patches: [0.1, 0.25, 100] } as const;

/** The γ of every map, row by row. */
export const gammaCells: readonly Pick<Gammas, 'mlp' | 'patches'>[] = gammaAxes.patches.flatMap((patches) =>
  gammaAxes.mlp.map((mlp) => ({ mlp, patches })),
);

/** What the maps depend on: everything but the two γ that they vary. */
export function gammaGridKey({
  image,
  imageModel,
  imageExplanation,
}: Pick<AppState, 'image' | 'imageModel' | 'imageExplanation'>): string {
  // prettier-ignore
  const { question, recipe, scalar, gammas } = imageExplanation;
  const others = Object.entries(gammas).filter(([site]) => site !== 'mlp' && site !== 'patches');
  const model = imageModel.status === 'ready' ? imageModel.serial : null;
  return JSON.stringify([image.given?.serial, model, question, recipe, scalar, others.toSorted()]);
}

export const gammaGridSlice =
  (answers: ImageAnswers): Slice<GammaGridSlice> =>
  (set, get) => {
    let running: AbortController | null = null;
    const patch = (change: Partial<GammaGridState>): void =>
      set(({ gammaGrid }) => ({ gammaGrid: { ...gammaGrid, ...change } }));

    async function fill(key: string, signal: AbortSignal): Promise<void> {
      const { image, imageModel: model, imageExplanation } = get();
      const { given } = image;
      const { question, recipe, scalar, gammas } = imageExplanation;
      if (!given || model.status !== 'ready' || !question) return;
      for (const [index, cell] of gammaCells.entries()) {
        // Another question meanwhile makes the rest worthless.
        if (signal.aborted || gammaGridKey(get()) !== key) return;
        const choices: ImageChoices = { ...question, recipe, scalar, gammas: { ...gammas, ...cell } };
        const { patches, target } = await answers.ask(given, model, choices, { signal });
        if (signal.aborted) return;
        patch({ maps: get().gammaGrid.maps.with(index, { patches, score: target.score }) });
      }
    }

    return {
      gammaGrid: { status: 'idle', key: null, maps: gammaCells.map(() => null) },
      fillGammaGrid: async () => {
        running?.abort();
        const controller = (running = new AbortController());
        const key = gammaGridKey(get());
        const { gammaGrid } = get();
        const maps = gammaGrid.key === key ? gammaGrid.maps : gammaCells.map(() => null);
        patch({ status: 'loading', key, maps });
        try {
          await fill(key, controller.signal);
        } catch (thrown) {
          if (!controller.signal.aborted) get().report(thrown);
        } finally {
          if (running === controller) patch({ status: 'idle' });
        }
      },
      cancelGammaGrid: () => running?.abort(),
    };
  };
