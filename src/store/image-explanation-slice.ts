// Which class of the image is explained, how, and the answer. One question at a time: a new one cancels the old.
import type { ImageAnswers } from './image-answers.ts';
import type { ImageExplanationSlice, Slice } from './slices.ts';
import type { ImageExplanationState, ImageQuestion } from './state.ts';

/** Nothing asked, nothing answered. */
export const noImageAnswer = { question: null, status: 'idle', progress: 0, result: null, message: null } as const;
const likeliest: ImageQuestion = { target: null, contrast: null };

export const imageExplanationSlice =
  (answers: ImageAnswers): Slice<ImageExplanationSlice> =>
  (set, get) => {
    let running: AbortController | null = null;
    let waitingForModel = 0;
    /** What the shown result is the answer to. */
    let answered: Partial<ImageExplanationState> | null = null;
    const patch = (change: Partial<ImageExplanationState>): void =>
      set(({ imageExplanation }) => ({ imageExplanation: { ...imageExplanation, ...change } }));

    async function openImageModel(): Promise<void> {
      waitingForModel += 1;
      try {
        await get().needModel('image');
      } finally {
        waitingForModel -= 1;
      }
    }

    async function ask(question: ImageQuestion): Promise<void> {
      if (!get().image.given) return;
      running?.abort();
      const controller = (running = new AbortController());
      const current = (): boolean => running === controller && !controller.signal.aborted;
      patch({ question, status: 'loading', progress: 0, message: null });
      try {
        if (get().imageModel.status !== 'ready') await openImageModel();
        const { imageModel: model, image } = get();
        const { given } = image;
        if (!current() || !given) return;
        if (model.status !== 'ready')
          return patch({
            status: 'failed',
            result: null,
            message: 'No image model is open, so nothing was explained.',
          });
        const { recipe, scalar, gammas } = get().imageExplanation;
        const choices = { ...question, recipe, scalar, gammas };
        const job = {
          signal: controller.signal,
          onProgress: (progress: number) => void (current() && patch({ progress })),
        };
        const result = answers.known(given, model, choices) ?? (await answers.ask(given, model, choices, job));
        if (!current()) return;
        answered = { result, recipe, scalar, gammas, question: { ...question, target: result.target.id } };
        patch({ status: 'ready', ...answered });
      } catch (thrown) {
        if (!current()) return;
        patch({ status: 'failed', result: null, message: 'This class could not be explained.' });
        get().report(thrown);
      }
    }

    return {
      imageExplanation: { ...noImageAnswer, recipe: 'cp-lrp-gamma', scalar: 'logit', gammas: {} },
      explainClass: (target, contrast = null) => ask({ target, contrast: contrast === target ? null : contrast }),
      changeRecipe: async ({ recipe, ...change }) => {
        const { question, recipe: before } = get().imageExplanation;
        if (recipe !== undefined && recipe !== before) patch({ recipe, gammas: {} });
        patch(change);
        if (question) await ask(question);
      },
      cancelImageExplanation: () => {
        running?.abort();
        if (get().imageExplanation.status !== 'loading') return;
        if (get().imageExplanation.result && answered) patch({ status: 'ready', ...answered });
        else patch({ ...noImageAnswer, message: 'Cancelled before there was an answer.' });
      },
      explainAnew: async () => {
        // Whoever waits for this very model asks by themselves.
        if (waitingForModel > 0 && get().imageExplanation.question?.target === null) return;
        running?.abort();
        patch(noImageAnswer);
        get().cancelGammaGrid();
        await ask(likeliest);
      },
    };
  };
