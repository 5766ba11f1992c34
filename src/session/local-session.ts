// The session itself: one GPU, one model of each kind, one job after the other.
import { AppError } from '../errors.ts';
import { Gpu } from '../engine/gpu.ts';
import { explain, explainEach } from '../explain/explain.ts';
import { Generator } from '../generate/generator.ts';
import type { ConvertedFiles } from '../load/converted-files.ts';
import type { Source } from '../load/source.ts';
import { usualBudget } from '../memory/memory-budget.ts';
import { recipes } from '../quantise/recipes.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import { endOfTurn, openChat, templated } from './chat-session.ts';
import { describeImageModel, explainPicture } from './image-session.ts';
import { describeLanguageModel, present, warmUpExplaining, warmUpWriting, type LanguageModel } from './language-session.ts'; // prettier-ignore
import { openModel, type OpenedImageModel, type OpenedLanguageModel } from './open-model.ts';
import type { Job, LoadProgress, LoadRequest, ModelInfo, ModelKind, ModelLocation, Session } from './session.ts'; // prettier-ignore
import { planModel } from './plan-model.ts';
import { SessionMemory } from './session-memory.ts';
import type { StoredModels } from './stored-models.ts';

/** What differs between a page, a worker and Node. */
export interface Platform {
  gpu(): GPU | undefined | Promise<GPU | undefined>;
  openSource(location: ModelLocation, job: Job<LoadProgress>): Promise<OpenedSource>;
  /** The same without downloading a model whose headers alone are read; absent where nothing is downloaded. */
  peek?(location: ModelLocation, job: { readonly signal?: AbortSignal }): Promise<OpenedSource>;
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
  /** Where converted weights are kept; absent where nothing is stored. */
  readonly converted?: ConvertedFiles;
}

export function createLocalSession(platform: Platform): Session & StoredModels {
  let gpu: Gpu | null = null;
  let language: LanguageModel | null = null;
  let image: OpenedImageModel | null = null;

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
          image = null;
          memory.release('language');
          memory.release('image');
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
    memory.release('language');
  };

  const unloadImageModel = (): void => {
    image?.loaded.weights.destroy();
    gpu?.purge();
    image = null;
    memory.release('image');
  };

  const memory = new SessionMemory((kind) => unload(kind));
  const unload = (kind: ModelKind): void => {
    if (kind === 'language') unloadLanguageModel();
    else unloadImageModel();
  };

  const budgetOn = ({ device: { limits } }: Gpu, memoryBytes: number | undefined): number | null =>
    memoryBytes ?? (platform.assumesMemory ? usualBudget(limits).bytes : null);

  async function useLanguageModel(
    opened: OpenedLanguageModel,
    source: Source,
    { onProgress, signal }: Job<LoadProgress>,
  ) {
    let generator: Generator | null = null;
    try {
      // Without a tokenizer there is nothing that could read what the template writes.
      const chat = opened.tokenizer && (await openChat(source, signal));
      // Only now: a model that fails to open leaves the one before it in place.
      unloadLanguageModel();
      generator = new Generator(opened.loaded);
      const turnEnds = opened.tokenizer ? endOfTurn(chat, opened.tokenizer) : [];
      const next = { ...opened, chat, generator, endOfText: [...opened.endOfText, ...turnEnds] };
      if (platform.warmsUp) {
        const bytes = opened.loaded.weightBytes;
        onProgress?.({ phase: 'compiling', doneBytes: bytes, totalBytes: bytes });
        await warmUpWriting(next);
        warmUpExplainingLater(next);
      }
      memory.holdLanguageModel(source.name, opened.plan, opened.loaded.weightBytes);
      return (language = next);
    } catch (error) {
      generator?.destroy();
      opened.loaded.destroy();
      throw error;
    }
  }

  async function load(
    { source, warnings, converted }: OpenedSource,
    { quantize = 'none', memoryBytes }: Pick<LoadRequest, 'quantize' | 'memoryBytes'>,
    job: Job<LoadProgress>,
  ): Promise<ModelInfo> {
    const device = (gpu ??= await Gpu.create(await platform.gpu()));
    const budget = budgetOn(device, memoryBytes);
    const room = memory.roomOn(device, budget);
    const conversion = converted ? { format: quantize, files: converted } : null;
    const found = await openModel(device, source, job, recipes[quantize], { room, conversion });
    const opened = { ...found, warnings: [...warnings, ...found.warnings] };
    if (opened.kind === 'language') {
      const used = await useLanguageModel(opened, source, job);
      memory.limitPool(device, budget);
      return describeLanguageModel(used, source, device);
    }
    unloadImageModel();
    image = opened;
    memory.holdImageModel(source.name, opened.plan, opened.loaded.weights.bytes);
    memory.limitPool(device, budget);
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
      const tokenizer = requireTokenizer(requireLanguageModel());
      const tokens = tokenizer.encode(text, { specialTokens });
      return tokens.map((token) => ({ ...token, special: tokenizer.isSpecial(token.id) }));
    },

    async tokenizeChat(conversation) {
      const model = requireLanguageModel();
      return templated(model.chat, requireTokenizer(model), conversation);
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
        await memory.checkText(request.ids.length, request.keepAll);
        const result = await explain(loaded, { ...request, signal: job.signal, onProgress: job.onProgress });
        return present(request, result, tokenizer);
      }),

    explainEach: (request, job = {}) =>
      inTurn(async () => {
        const { loaded, tokenizer } = requireLanguageModel();
        job.signal?.throwIfAborted();
        await memory.checkText(request.ids.length, request.keepAll);
        const results = await explainEach(loaded, { ...request, signal: job.signal, onProgress: job.onProgress });
        return results.map((result, index) => {
          const { position, contrast } = request.targets[index]!;
          return present({ ...request, ids: request.ids.slice(0, position), contrast }, result, tokenizer);
        });
      }),

    explainImage: (request, job = {}) =>
      inTurn(async () => {
        if (!image) throw new AppError('UsageError', 'No image model is loaded. Open one first.');
        job.signal?.throwIfAborted();
        memory.checkImage();
        return explainPicture(image, request, job);
      }),

    close: ({ kind }) =>
      inTurn(async () => {
        unload(kind);
        if (gpu) memory.widenPool(gpu);
      }),

    planModel: async ({ memoryBytes, ...location }, { signal } = {}) => {
      const opened = await (platform.peek ?? platform.openSource)(location, signal ? { signal } : {});
      const device = await inTurn(async () => (gpu ??= await Gpu.create(await platform.gpu())));
      const budget = memoryBytes ?? usualBudget(device.device.limits).bytes;
      return planModel(opened, memory.roomOn(device, budget)!, signal);
    },

    dispose: () =>
      inTurn(async () => {
        unloadLanguageModel();
        unloadImageModel();
        gpu?.destroy();
        gpu = null;
      }),
  };
}

function requireTokenizer({ tokenizer }: LanguageModel): Tokenizer {
  if (tokenizer) return tokenizer;
  throw new AppError('TokenizerError', 'This folder has no tokenizer.json, so text cannot be read. Give token ids.');
}

const noModels: StoredModels = {
  storedModels: async () => ({ models: [], freeBytes: null, persistent: null, warning: null }),
  removeModel: () => Promise.reject(keepsNone()),
  keepOnly: () => Promise.reject(keepsNone()),
  planDownload: () => Promise.reject(keepsNone()),
};

const keepsNone = (): AppError =>
  new AppError('UsageError', 'No models are kept here. Download the model with another program and give its folder.');
