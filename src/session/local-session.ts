// The session itself: one GPU, one model at a time, one job after the other.
import { AppError } from '../errors.ts';
import { Gpu } from '../engine/gpu.ts';
import { explain, type TextExplanation } from '../explain/explain.ts';
import type { LoadedModel } from '../explain/loaded-model.ts';
import { total } from '../engine/ledger.ts';
import { Generator } from '../generate/generator.ts';
import type { Source } from '../load/source.ts';
import { loadTokenizer } from '../text/load-tokenizer.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import { describeImageModel, explainPicture } from './image-session.ts';
import { openImageModel, openModel, type OpenedImageModel, type OpenedModel } from './open-model.ts';
import type { ExplainRequest, Explanation, Ledger, ModelInfo, ModelLocation, Session } from './session.ts';

/** What differs between a page, a worker and Node. */
export interface Platform {
  gpu(): GPU | undefined | Promise<GPU | undefined>;
  openSource(location: ModelLocation): Source;
  /** Runs every kernel once while loading, so that the first answer does not wait; not worth it for a single answer. */
  readonly warmsUp?: boolean;
}

interface Current extends OpenedModel {
  readonly generator: Generator;
  readonly tokenizer: Tokenizer | null;
}

export function createLocalSession(platform: Platform): Session {
  let gpu: Gpu | null = null;
  let current: Current | null = null;
  let currentImageModel: OpenedImageModel | null = null;

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
          current = null;
          currentImageModel = null;
        } else if (name === 'OutOfMemoryError' || name === 'GpuError') await gpu?.recover();
        else gpu?.trim();
        throw error;
      },
    );
    last = run.catch(() => undefined);
    return run;
  };

  const requireModel = (): Current => {
    if (!current) throw new AppError('UsageError', 'No model is loaded. Open a model first.');
    return current;
  };

  /** Not before the model can be used, and behind what is asked of it at once; what fails here fails when asked for. */
  const warmUpExplainingLater = (model: Current): void => {
    const warmUp = async (): Promise<void> => {
      if (current === model) await warmUpExplaining(model);
    };
    setTimeout(() => void inTurn(warmUp).catch(() => undefined), 500);
  };

  const unload = (): void => {
    current?.generator.destroy();
    current?.loaded.destroy();
    currentImageModel?.loaded.weights.destroy();
    gpu?.purge();
    current = null;
    currentImageModel = null;
  };

  return {
    load: (location, job = {}) =>
      inTurn(async () => {
        job.onProgress?.({ phase: 'opening', doneBytes: 0, totalBytes: 0 });
        const source = platform.openSource(location);
        const device = (gpu ??= await Gpu.create(await platform.gpu()));
        const tokenizer = await loadTokenizer(source, job.signal);
        const opened = await openModel(device, source, job);
        // Only now: a model that fails to open leaves the one before it in place.
        unload();
        let next: Current | null = null;
        try {
          next = { ...opened, tokenizer, generator: new Generator(opened.loaded) };
          if (platform.warmsUp) {
            const bytes = opened.loaded.weightBytes;
            job.onProgress?.({ phase: 'compiling', doneBytes: bytes, totalBytes: bytes });
            await warmUpWriting(next);
          }
        } catch (error) {
          next?.generator.destroy();
          opened.loaded.destroy();
          throw error;
        }
        current = next;
        if (platform.warmsUp) warmUpExplainingLater(next);
        return describe(next, source, device);
      }),

    async tokenize({ text, specialTokens = true }) {
      const { tokenizer } = requireModel();
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
        const { generator, tokenizer, endOfText } = requireModel();
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
        const { loaded, tokenizer } = requireModel();
        job.signal?.throwIfAborted();
        const result = await explain(loaded, { ...request, signal: job.signal, onProgress: job.onProgress });
        return present(request, result, tokenizer);
      }),

    loadImageModel: (location, job = {}) =>
      inTurn(async () => {
        job.onProgress?.({ phase: 'opening', doneBytes: 0, totalBytes: 0 });
        const source = platform.openSource(location);
        const device = (gpu ??= await Gpu.create(await platform.gpu()));
        const opened = await openImageModel(device, source, job);
        unload();
        currentImageModel = opened;
        return describeImageModel(opened, source, device);
      }),

    explainImage: (request, job = {}) =>
      inTurn(async () => {
        if (!currentImageModel) throw new AppError('UsageError', 'No image model is loaded. Open one first.');
        job.signal?.throwIfAborted();
        return explainPicture(currentImageModel, request, job);
      }),

    dispose: () =>
      inTurn(async () => {
        unload();
        gpu?.destroy();
        gpu = null;
      }),
  };
}

/** Runs the kernels of reading and writing once, so that the first answer does not wait for a compiler. */
async function warmUpWriting({ loaded, generator }: Current): Promise<void> {
  const sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, seed: 0 };
  await generator.generate({ ids: twoTokens(loaded), maxTokens: 2, sampling, endOfText: [] });
}

/** The same for explaining, which is asked for later. */
async function warmUpExplaining({ loaded }: Current): Promise<void> {
  const request = { target: 0, contrast: null, scalar: 'centred-logit', method: 'attnlrp' } as const;
  await explain(loaded, { ids: twoTokens(loaded), ...request });
}

const twoTokens = ({ context }: LoadedModel): number[] => [0, 0].slice(0, context);

function describe({ loaded, tokenizer, ...opened }: Current, source: Source, gpu: Gpu): ModelInfo {
  const { model, context, weightBytes } = loaded;
  const shortened = `The model was made for ${model.contextLength} tokens; this device holds ${context}.`;
  return {
    name: source.name,
    architecture: model.architecture,
    parameters: opened.parameters,
    format: opened.format,
    layers: model.layers,
    vocabularySize: model.vocabularySize,
    contextLength: context,
    weightBytes,
    hasTokenizer: tokenizer !== null,
    warnings: context < model.contextLength ? [...opened.warnings, shortened] : opened.warnings,
    adapter: gpu.description,
  };
}

function present(request: ExplainRequest, result: TextExplanation, tokenizer: Tokenizer | null): Explanation {
  const { ids, contrast, method, scalar } = request;
  const text = (id: number): string | null => tokenizer?.pieceOf(id) ?? null;
  const logit = (id: number): number => result.logits[id]!;
  return {
    tokens: ids.map((id, index) => ({ id, text: text(id), relevance: result.relevance[index]! })),
    target: { id: result.target, text: text(result.target), logit: logit(result.target), score: result.score },
    contrast: contrast === null ? null : { id: contrast, text: text(contrast), logit: logit(contrast) },
    method,
    scalar,
    layers: result.layers,
    ledger: ledgerOf(result),
    candidates: result.candidates.map((candidate) => ({ ...candidate, text: text(candidate.id) })),
  };
}

function ledgerOf({ score, relevance, absorbed }: TextExplanation): Ledger {
  const inputs = total(relevance);
  if (!absorbed) return { score, inputs, softmax: null, biases: null, router: null, residue: null };
  const { softmax, biases, router } = absorbed;
  return { score, inputs, softmax, biases, router, residue: score - inputs - softmax - biases - router };
}
