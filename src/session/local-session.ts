// The session itself: one GPU, one model of each kind, one job after the other.
import { AppError, type MadeWay } from '../errors.ts';
import { Gpu } from '../engine/gpu.ts';
import { explain, explainEach } from '../explain/explain.ts';
import { usualBudget } from '../memory/memory-budget.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import { templated } from './chat-session.ts';
import { HeldModels } from './held-models.ts';
import { explainPicture } from './image-session.ts';
import { jobQueue } from './job-queue.ts';
import { present, warmUpExplaining, type LanguageModel } from './language-session.ts';
import { loadModel, type LoadChoices } from './load-model.ts';
import { noStoredModels } from './no-stored-models.ts';
import { planModel } from './plan-model.ts';
import type { OpenedSource, Platform } from './platform.ts';
import type { Job, LoadProgress, ModelInfo, Session } from './session.ts';
import type { StoredModels } from './stored-models.ts';

export function createLocalSession(platform: Platform): Session & StoredModels {
  const held = new HeldModels();
  const inTurn = jobQueue({ succeeded: () => held.gpu?.trim(), failed: (error) => held.recover(error) });
  const device = async (): Promise<Gpu> => (held.gpu ??= await Gpu.create(await platform.gpu()));

  async function load(opened: OpenedSource, choices: LoadChoices, job: Job<LoadProgress>): Promise<ModelInfo> {
    const { language, image } = held;
    try {
      return await loadModel({ held, gpu: await device(), platform, warmUpLater }, opened, choices, job);
    } catch (error) {
      const madeWay = (language && !held.language) || (image && !held.image);
      throw madeWay && error instanceof Error ? Object.assign(error, { madeWay: true } satisfies MadeWay) : error;
    }
  }

  /** Not before the model can be used, and behind what is asked of it at once; what fails here fails when asked for. */
  function warmUpLater(model: LanguageModel): void {
    const warmUp = async (): Promise<void> => {
      if (held.language === model) await warmUpExplaining(model);
    };
    setTimeout(() => void inTurn(warmUp).catch(() => undefined), 500);
  }

  return {
    ...(platform.models ?? noStoredModels),

    load: ({ quantize, memoryBytes, cache, ...location }, job = {}) => {
      job.onProgress?.({ phase: 'opening', doneBytes: 0, totalBytes: 0 });
      const choices = { ...(quantize && { quantize }), ...(memoryBytes && { memoryBytes }), ...(cache && { cache }) };
      // The model in use stays in use while another is downloaded.
      if (location.kind === 'hub')
        return platform.openSource(location, job).then((opened) => inTurn(() => load(opened, choices, job)));
      return inTurn(async () => load(await platform.openSource(location, job), choices, job));
    },

    async tokenize({ text, specialTokens = true }) {
      const tokenizer = requireTokenizer(held.requireLanguage());
      const tokens = tokenizer.encode(text, { specialTokens });
      return tokens.map((token) => ({ ...token, special: tokenizer.isSpecial(token.id) }));
    },

    async tokenizeChat(conversation) {
      const model = held.requireLanguage();
      return templated(model.chat, requireTokenizer(model), conversation);
    },

    generate: ({ ids, maxTokens, sampling }, job = {}) =>
      inTurn(async () => {
        const { generator, tokenizer, endOfText } = held.requireLanguage();
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
        const { loaded, tokenizer } = held.requireLanguage();
        job.signal?.throwIfAborted();
        const { ids, wayBack } = request;
        const keepAll = await held.memory.admitText({ tokens: ids.length, wayBack });
        const { signal, onProgress } = job;
        const result = await explain(loaded, { ...request, keepAll, signal, onProgress });
        return present(request, result, tokenizer);
      }),

    explainEach: (request, job = {}) =>
      inTurn(async () => {
        const { loaded, tokenizer } = held.requireLanguage();
        job.signal?.throwIfAborted();
        const { ids, targets, wayBack } = request;
        const keepAll = await held.memory.admitText({ tokens: ids.length, targets: targets.length, wayBack });
        const { signal, onProgress } = job;
        const results = await explainEach(loaded, { ...request, keepAll, signal, onProgress });
        return results.map((result, index) => {
          const { position, contrast } = request.targets[index]!;
          return present({ ...request, ids: request.ids.slice(0, position), contrast }, result, tokenizer);
        });
      }),

    explainImage: (request, job = {}) =>
      inTurn(async () => {
        const image = held.requireImage();
        job.signal?.throwIfAborted();
        return explainPicture(image, { ...request, keepAll: held.memory.admitImage(request) }, job);
      }),

    close: ({ kind }) => inTurn(async () => held.close(kind)),

    planModel: async ({ memoryBytes, cache, ...location }, { signal } = {}) => {
      const opened = await (platform.peek ?? platform.openSource)(location, signal ? { signal } : {});
      // Counting disturbs no job, so it waits for none.
      const gpu = held.gpu ?? (await inTurn(device));
      const budget = memoryBytes ?? usualBudget(gpu.device.limits).bytes;
      return planModel(opened, held.memory.roomOn(gpu, budget), cache, signal);
    },

    dispose: () => inTurn(async () => held.dispose()),
  };
}

function requireTokenizer({ tokenizer }: LanguageModel): Tokenizer {
  if (tokenizer) return tokenizer;
  throw new AppError('TokenizerError', 'This folder has no tokenizer.json, so text cannot be read. Give token ids.');
}
