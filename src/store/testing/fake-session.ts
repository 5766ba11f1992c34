// A Session without a model: words are tokens, answers are looked up, relevance is a hash; an address with 'sight' in it
// has an image model. Deterministic, for tests only.
import { AppError } from '../../errors.ts';
import type {
  Candidate,
  ChatMessage,
  ChatTokenInfo,
  ExplainImageRequest,
  Explanation,
  ExplainRequest,
  Generation,
  Job,
  LanguageModelInfo,
  ModelPlan,
  Session,
  StoredModels,
  TemplatedChat,
  TokenInfo,
  Turn,
} from '../../session/session.ts';
import { fakeImageAnswer, fakeImageModel } from './fake-image-answer.ts';

export const fakeModel: LanguageModelInfo = {
  kind: 'language',
  name: 'TinyWorld',
  architecture: 'LlamaForCausalLM',
  parameters: 2_130_000,
  format: 'Q8_0 + F32',
  layers: 6,
  vocabularySize: 512,
  contextLength: 256,
  cache: 'f32',
  weightBytes: 3_020_000,
  converted: 0,
  hasTokenizer: true,
  warnings: [],
  adapter: { name: 'SwiftShader (software)', software: true, features: [] },
};

export const fakeModelPlan: ModelPlan = {
  name: 'TinyWorld',
  kind: 'language',
  formats: [
    { quantize: 'none', format: 'BF16', weightBytes: 2.7e9, fits: false, explainable: null },
    { quantize: 'int4', format: 'int4', weightBytes: 0.9e9, fits: true, explainable: 'About 400 tokens.' },
  ],
  advice: 'As BF16 this model needs 3 GB of GPU memory, but 2 GB are allowed. As int4 it needs 1 GB and fits.',
};

export interface FakeOptions {
  readonly info?: LanguageModelInfo;
  /** What the model writes after a prompt; without an entry it repeats the last word. */
  readonly answers?: Readonly<Record<string, string>>;
  /** Waited before each token and each tenth of an explanation. */
  readonly pause?: () => Promise<void>;
  /** Changes an explanation before it is handed out. */
  readonly distort?: (explanation: Explanation) => Explanation;
}

export interface FakeSession extends Session, StoredModels {
  /** Names of the methods called so far. */
  readonly calls: string[];
  readonly questions: ExplainRequest[];
  readonly imageQuestions: ExplainImageRequest[];
}

const beginning = { id: 1, text: '<s>' };
const ending = { id: 2, text: '</s>' };

/** Between −1 and 1, the same for the same numbers. */
function noise(...numbers: readonly number[]): number {
  let state = 2166136261;
  for (const number of numbers) state = Math.imul(state ^ (number + 0x9e37), 16777619) ^ (state >>> 13);
  return ((state >>> 0) / 2 ** 31 - 1) ** 3;
}

export function fakeSession(options: FakeOptions = {}): FakeSession {
  const { info = fakeModel, answers = {}, pause = () => Promise.resolve(), distort = (same) => same } = options;
  const words: string[] = [];
  const idOf = (word: string): number => 3 + (words.includes(word) ? words.indexOf(word) : words.push(word) - 1);
  const textOf = (id: number): string => [beginning, ending].find((one) => one.id === id)?.text ?? words[id - 3] ?? '?';
  const pieces = (text: string): string[] => text.match(/\n|[ ]?[\p{L}\p{N}']+|[ ]?[^\s\p{L}\p{N}]|\s+/gu) ?? [];
  const calls: string[] = [];
  const questions: ExplainRequest[] = [];
  const imageQuestions: ExplainImageRequest[] = [];

  function tokenize(text: string): TokenInfo[] {
    let end = 0;
    const found = pieces(text).map((piece) => {
      const start = end;
      end += piece.length;
      return { id: idOf(piece), text: piece, start, end, special: false };
    });
    return [{ ...beginning, start: 0, end: 0, special: true }, ...found];
  }

  /** '[user]' before each message, '[end]' behind it, '[assistant]' at the end. */
  function templated(messages: readonly ChatMessage[]): TemplatedChat {
    let text = '';
    const tokens: ChatTokenInfo[] = [];
    const add = (piece: string, turn: Turn): void => {
      const start = text.length;
      text += piece;
      const special = turn.kind === 'template';
      tokens.push({ id: idOf(piece), text: piece, start, end: text.length, special, turn });
    };
    const template = { kind: 'template', role: null, message: null } as const;
    messages.forEach(({ role, content }, message) => {
      if (content.includes('!!')) throw new AppError('UsageError', 'The chat template stops: do not shout.');
      add(`[${role}]`, template);
      for (const piece of pieces(content)) add(piece, { kind: 'content', role, message });
      add('[end]', template);
    });
    add('[assistant]', template);
    return { text, tokens };
  }

  function continuation(ids: readonly number[]): number[] {
    const text = ids.filter((id) => id > 2).map(textOf).join(''); // prettier-ignore
    const prompt = Object.keys(answers).findLast((key) => text.startsWith(key));
    const whole = prompt === undefined ? pieces(text).slice(-1) : pieces(answers[prompt] ?? '');
    const written = prompt === undefined ? 0 : pieces(text).length - pieces(prompt).length;
    return [...whole.slice(written).map(idOf), ending.id];
  }

  async function generate(
    { ids, maxTokens }: Parameters<Session['generate']>[0],
    job: Parameters<Session['generate']>[1] = {},
  ): Promise<Generation> {
    const written: number[] = [];
    let stopped: Generation['stopped'] = 'max-tokens';
    for (const id of continuation(ids).slice(0, maxTokens)) {
      await pause();
      if (job.signal?.aborted) stopped = 'cancelled';
      else if (id === ending.id) stopped = 'end-of-text';
      if (stopped !== 'max-tokens') break;
      written.push(id);
      job.onProgress?.({ id, special: false, text: textOf(id) });
    }
    return {
      ids: written,
      text: written.map(textOf).join(''),
      stopped,
      prefill: { tokens: ids.length, seconds: ids.length / 812 },
      decode: { tokens: written.length, seconds: written.length / 41.6 },
    };
  }

  function candidatesFor(request: ExplainRequest): Candidate[] {
    const likeliest = continuation(request.ids)[0] ?? ending.id;
    const others = words.map((_, index) => index + 3).filter((id) => id !== likeliest);
    const sorted = others.toSorted((a, b) => noise(b, request.ids.length) - noise(a, request.ids.length));
    const ids = [likeliest, ...sorted].slice(0, 10);
    const total = ids.reduce((sum, _, rank) => sum + Math.exp(-1.4 * rank), 0);
    return ids.map((id, rank) => ({
      id,
      text: textOf(id),
      logit: 14.2 - 1.4 * rank,
      probability: (0.995 * Math.exp(-1.4 * rank)) / total,
    }));
  }

  function answer(request: ExplainRequest): Explanation {
    const candidates = candidatesFor(request);
    const target = request.target ?? candidates[0]?.id ?? ending.id;
    const logit = (id: number): number => candidates.find((one) => one.id === id)?.logit ?? -3.1;
    const contrastLogit = request.contrast === null ? null : logit(request.contrast);
    const score = logit(target) - (contrastLogit ?? (request.scalar === 'centred-logit' ? 1.8 : 0));
    const seed = target + 31 * (request.contrast ?? 0) + request.method.length;
    const relevances = request.ids.map((id, position) => {
      if (id === beginning.id) return score * 0.9;
      const copies = id === target ? 2.4 : 0;
      return copies + noise(id, seed) * (1 + position / request.ids.length) * 1.6;
    });
    const inputs = relevances.reduce((sum, value) => sum + value, 0);
    const keepsLedger = request.method !== 'gradient-x-input';
    const last = request.ids.length - 1;
    return {
      tokens: request.ids.map((id, position) => ({ id, text: textOf(id), relevance: relevances[position] ?? 0 })),
      target: { id: target, text: textOf(target), logit: logit(target), score },
      contrast: request.contrast === null ? null : { id: request.contrast, text: textOf(request.contrast), logit: contrastLogit ?? 0 }, // prettier-ignore
      method: request.method,
      scalar: request.scalar,
      layers: Array.from({ length: info.layers }, (_, layer) =>
        relevances.map((value, position) => {
          const moved = (layer + 1) / info.layers;
          return value * (1 - moved) + (position === last ? score * moved : noise(layer, position, seed) * 0.4);
        }),
      ),
      ledger: {
        score,
        inputs,
        softmax: keepsLedger ? 0.62 * (score - inputs) : null,
        biases: keepsLedger ? 0.38 * (score - inputs) : null,
        router: null,
        residue: keepsLedger ? score * 3e-8 : null,
      },
      candidates,
    };
  }

  async function tenths(job: Job<number> = {}): Promise<void> {
    for (let tenth = 1; tenth <= 10; tenth += 1) {
      await pause();
      job.signal?.throwIfAborted();
      job.onProgress?.(tenth / 10);
    }
  }

  async function explain(request: ExplainRequest, job?: Job<number>): Promise<Explanation> {
    await tenths(job);
    return distort(answer(request));
  }

  return {
    calls,
    questions,
    imageQuestions,
    load: async (location, job = {}) => {
      calls.push('load');
      for (let tenth = 0; tenth <= 10; tenth += 1) {
        await pause();
        job.signal?.throwIfAborted();
        job.onProgress?.({ phase: 'weights', doneBytes: tenth * 302_000, totalBytes: info.weightBytes });
      }
      return location.kind === 'url' && location.url.includes('sight') ? fakeImageModel : info;
    },
    tokenize: async ({ text }) => {
      calls.push('tokenize');
      return tokenize(text);
    },
    tokenizeChat: async ({ messages }) => {
      calls.push('tokenizeChat');
      return templated(messages);
    },
    generate: (request, job) => {
      calls.push('generate');
      return generate(request, job);
    },
    explain: (request, job) => {
      calls.push('explain');
      questions.push(request);
      return explain(request, job);
    },
    explainEach: async ({ targets, ...request }, job) => {
      calls.push('explainEach');
      const each = targets.map(({ position, target, contrast }) =>
        explain({ ...request, ids: request.ids.slice(0, position), target, contrast }, job),
      );
      return Promise.all(each);
    },
    explainImage: async (request, job) => {
      calls.push('explainImage');
      imageQuestions.push(request);
      await tenths(job);
      return fakeImageAnswer(request);
    },
    storedModels: async () => ({ models: [], freeBytes: null, persistent: null, warning: null }),
    removeModel: async () => {
      calls.push('removeModel');
    },
    keepOnly: async () => {
      calls.push('keepOnly');
    },
    close: async ({ kind }) => {
      calls.push(`close ${kind}`);
    },
    planModel: async () => {
      calls.push('planModel');
      return fakeModelPlan;
    },
    planDownload: async () => ({ commit: 'c0ffee', files: 3, totalBytes: 30, missingBytes: 30, freeBytes: null, shortage: null }), // prettier-ignore
    dispose: async () => {
      calls.push('dispose');
    },
  };
}
