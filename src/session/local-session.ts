// The session itself: one GPU, one model of each kind, one job after the other.
import { AppError } from '../errors.ts';
import { Gpu } from '../engine/gpu.ts';
import { explain } from '../explain/explain.ts';
import { Generator } from '../generate/generator.ts';
import type { Source } from '../load/source.ts';
import { usualBudget } from '../memory/memory-budget.ts';
import type { MemoryPlan } from '../memory/memory-plan.ts';
import { checkExplanation } from '../memory/memory-sentences.ts';
import { recipes } from '../quantise/recipes.ts';
import type { Room } from './admit-model.ts';
import { describeImageModel, explainPicture } from './image-session.ts';
import { describeLanguageModel, present, warmUpExplaining, warmUpWriting, type LanguageModel } from './language-session.ts'; // prettier-ignore
import { openModel, type OpenedImageModel, type OpenedLanguageModel } from './open-model.ts';
import type { Job, LoadProgress, LoadRequest, ModelInfo, ModelKind, ModelLocation, Session } from './session.ts'; // prettier-ignore
import type { StoredModels } from './stored-models.ts';

/** What differs between a page, a worker and Node. */
export interface Platform {
  gpu(): GPU | undefined | Promise<GPU | undefined>;
  openSource(location: ModelLocation, job: Job<LoadProgress>): Promise<OpenedSource>;
  /** Absent where no models are kept. */
  readonly models?: StoredModels;
  /** Runs every kernel once while loading, so that the first answer does not wait; not worth it for a single answer. */
  readonly warmsUp?: boolean;
  /** Assumes how much memory a GPU has to spare where a request does not say; otherwise models are loaded untested. */
  readonly assumesMemory?: boolean;
}

export interface OpenedSource {
  readonly source: Source;
  /** Sentences the user should see. */
  readonly warnings: readonly string[];
}

export function createLocalSession(platform: Platform): Session & StoredModels {
  let gpu: Gpu | null = null;
  let language: LanguageModel | null = null;
  let image: OpenedImageModel | null = null;
  /** Of the language model, as things stand: image models come and go. */
  let plan: MemoryPlan | null = null;

  // Jobs share buffers and the recorded state of one device, so they run one after the other.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(job: () => Promise<Result>): Promise<Result> => {
    const run = last.then(job, job).then(
      (result) => {
        gpu?.trim();
        return result;
      },
      async (error: unknown) => {
        const name = error instanceof Error ? error.name : '';
        if (name === 'DeviceLostError') {
          gpu = null;
          language = null;
          plan = null;
          image = null;
        } else if (name === 'OutOfMemoryError' || name === 'GpuError') await gpu?.recover();
        else gpu?.trim();
        throw error;
      },
    );
    last = run.catch(() => undefined);
    return run;
  };

  const requireLanguageModel = (): LanguageModel => {
    if (!language) throw new AppError('UsageError', 'No model is loaded. Open a model first.');
    return language;
  };

  /** Not before the model can be used, and behind what is asked of it at once; what fails here fails when asked for. */
  const warmUpExplainingLater = (model: LanguageModel): void => {
    const warmUp = async (): Promise<void> => {
      if (language === model) await warmUpExplaining(model);
    };
    setTimeout(() => void inTurn(warmUp).catch(() => undefined), 500);
  };

  const unloadLanguageModel = (): void => {
    language?.generator.destroy();
    language?.loaded.destroy();
    gpu?.purge();
    language = null;
    plan = null;
  };

  const unloadImageModel = (): void => {
    image?.loaded.weights.destroy();
    gpu?.purge();
    image = null;
  };

  /** What each kind keeps between jobs. */
  const resident = (kind: ModelKind): number =>
    kind === 'language'
      ? (plan?.resident ?? language?.loaded.weightBytes ?? 0)
      : (image?.plan?.resident ?? image?.loaded.weights.bytes ?? 0);

  const roomOn = ({ device: { limits } }: Gpu, memoryBytes: number | undefined): Room | null => {
    const bytes = memoryBytes ?? (platform.assumesMemory ? usualBudget(limits).bytes : null);
    if (bytes === null) return null;
    return {
      limits,
      budget: bytes,
      occupied: (kind) => resident(kind === 'language' ? 'image' : 'language'),
      makeWay(kind, needed) {
        if (needed + resident(kind) <= bytes) return;
        if (kind === 'language') unloadLanguageModel();
        else unloadImageModel();
      },
    };
  };

  /** What may come and go beside what stays. */
  const limitPool = (device: Gpu, room: Room | null): void => {
    device.poolLimit = Math.max(0, (room?.budget ?? Infinity) - resident('language') - resident('image'));
  };

  async function useLanguageModel(opened: OpenedLanguageModel, { onProgress }: Job<LoadProgress>) {
    // Only now: a model that fails to open leaves the one before it in place.
    unloadLanguageModel();
    let generator: Generator | null = null;
    try {
      generator = new Generator(opened.loaded);
      const next = { ...opened, generator };
      if (platform.warmsUp) {
        const bytes = opened.loaded.weightBytes;
        onProgress?.({ phase: 'compiling', doneBytes: bytes, totalBytes: bytes });
        await warmUpWriting(next);
        warmUpExplainingLater(next);
      }
      plan = opened.plan;
      return (language = next);
    } catch (error) {
      generator?.destroy();
      opened.loaded.destroy();
      throw error;
    }
  }

  async function load(
    { source, warnings }: OpenedSource,
    { quantize = 'none', memoryBytes }: Pick<LoadRequest, 'quantize' | 'memoryBytes'>,
    job: Job<LoadProgress>,
  ): Promise<ModelInfo> {
    const device = (gpu ??= await Gpu.create(await platform.gpu()));
    const room = roomOn(device, memoryBytes);
    const found = await openModel(device, source, job, recipes[quantize], room);
    const opened = { ...found, warnings: [...warnings, ...found.warnings] };
    if (opened.kind === 'language') {
      const used = await useLanguageModel(opened, job);
      limitPool(device, room);
      return describeLanguageModel(used, source, device);
    }
    unloadImageModel();
    image = opened;
    limitPool(device, room);
    return describeImageModel(opened, source, device);
  }

  return {
    ...(platform.models ?? noModels),

    load: ({ quantize, memoryBytes, ...location }, job = {}) => {
      job.onProgress?.({ phase: 'opening', doneBytes: 0, totalBytes: 0 });
      const choices = { ...(quantize && { quantize }), ...(memoryBytes && { memoryBytes }) };
      // The model in use stays in use while another is downloaded.
      if (location.kind === 'hub')
        return platform.openSource(location, job).then((opened) => inTurn(() => load(opened, choices, job)));
      return inTurn(async () => load(await platform.openSource(location, job), choices, job));
    },

    async tokenize({ text, specialTokens = true }) {
      const { tokenizer } = requireLanguageModel();
      if (!tokenizer) {
        throw new AppError(
          'TokenizerError',
          'This folder has no tokenizer.json, so text cannot be read. Give token ids.',
        );
      }
      const tokens = tokenizer.encode(text, { specialTokens });
      return tokens.map((token) => ({ ...token, special: tokenizer.isSpecial(token.id) }));
    },

    generate: ({ ids, maxTokens, sampling }, job = {}) =>
      inTurn(async () => {
        const { generator, tokenizer, endOfText } = requireLanguageModel();
        const stream = tokenizer?.stream(ids);
        let text = '';
        const onToken = (id: number): void => {
          const piece = stream ? stream.push(id) : null;
          text += piece ?? '';
          job.onProgress?.({ id, special: tokenizer?.isSpecial(id) ?? false, text: piece });
        };
        const result = await generator.generate({ ids, maxTokens, sampling, endOfText, signal: job.signal, onToken });
        return { ...result, text: stream ? text + stream.end() : null };
      }),

    explain: (request, job = {}) =>
      inTurn(async () => {
        const { loaded, tokenizer } = requireLanguageModel();
        job.signal?.throwIfAborted();
        if (plan) {
          if (plan.occupied !== resident('image')) plan = await plan.beside(resident('image'));
          await checkExplanation(plan, request.ids.length, request.keepAll);
        }
        const result = await explain(loaded, { ...request, signal: job.signal, onProgress: job.onProgress });
        return present(request, result, tokenizer);
      }),

    explainImage: (request, job = {}) =>
      inTurn(async () => {
        if (!image) throw new AppError('UsageError', 'No image model is loaded. Open one first.');
        job.signal?.throwIfAborted();
        return explainPicture(image, request, job);
      }),

    dispose: () =>
      inTurn(async () => {
        unloadLanguageModel();
        unloadImageModel();
        gpu?.destroy();
        gpu = null;
      }),
  };
}

const noModels: StoredModels = {
  storedModels: async () => ({ models: [], freeBytes: null, persistent: null, warning: null }),
  removeModel: () => Promise.reject(keepsNone()),
  planDownload: () => Promise.reject(keepsNone()),
};

const keepsNone = (): AppError =>
  new AppError('UsageError', 'No models are kept here. Download the model with another program and give its folder.');
