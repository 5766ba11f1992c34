// A context whose session answers from the table and whose terminal is two strings.
import { AppError } from '../errors.ts';
import type { Explanation, Generation, ImageExplanation, LanguageModelInfo, ModelInfo, Picture, Session, TokenInfo } from '../session/session.ts'; // prettier-ignore
import type { ChatTemplate } from '../text/chat-template.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import type { Context } from './command.ts';
import { run } from './run.ts';

export const info: LanguageModelInfo = {
  kind: 'language',
  name: 'toy',
  architecture: 'LlamaForCausalLM',
  parameters: 1,
  format: 'F32',
  layers: 1,
  vocabularySize: 10,
  contextLength: 8,
  cache: 'f32',
  weightBytes: 4,
  converted: 0,
  hasTokenizer: true,
  warnings: [],
  adapter: { name: 'toy adapter', software: true, features: [] },
};

export const generation: Generation = {
  ids: [4, 5],
  text: ' on and',
  stopped: 'max-tokens',
  prefill: { tokens: 2, seconds: 0.5 },
  decode: { tokens: 2, seconds: 0.25 },
};

export const explanation: Explanation = {
  tokens: [
    { id: 1, text: 'Go', relevance: 3 },
    { id: 2, text: ' not', relevance: -1 },
  ],
  target: { id: 3, text: ' on', logit: 2.5, score: 2.5 },
  contrast: null,
  method: 'attnlrp',
  scalar: 'logit',
  layers: [[2, 0.5]],
  ledger: { score: 2.5, inputs: 2, softmax: 0.5, biases: 0, router: null, residue: 0 },
  candidates: [],
};

export const imageInfo: ModelInfo = {
  kind: 'image',
  name: 'eye',
  architecture: 'ViTForImageClassification',
  parameters: 1,
  format: 'F32',
  layers: 1,
  weightBytes: 4,
  converted: 0,
  warnings: [],
  adapter: info.adapter,
  classes: 2,
  grid: { rows: 1, columns: 2 },
  patchSize: 1,
  labels: ['cat', 'dog'],
};

export const imageExplanation: ImageExplanation = {
  seen: { width: 2, height: 1, data: new Uint8Array([10, 20, 30, 200, 200, 200]) },
  classes: [
    { id: 1, label: 'dog', logit: 2, probability: 0.75 },
    { id: 0, label: 'cat', logit: 1, probability: 0.25 },
  ],
  target: { id: 1, label: 'dog', logit: 2, score: 2 },
  contrast: null,
  grid: { rows: 1, columns: 2 },
  patches: [1.5, -0.5],
  recipe: 'cp-lrp-gamma',
  scalar: 'logit',
  gammas: { patches: 0.25, 'query-key-value': 0, out: 0, mlp: 0.05, head: 0 },
  ledger: { score: 2, inputs: 1, softmax: 0.25, biases: 0.5, positions: 0.125, cls: 0.125, residue: 0 },
};

export const quality = [
  { name: 'as stored', format: 'F16', weightBytes: 4e6, cosine: 1, leastCosine: 1, sameToken: 1 },
  {
    name: 'int8',
    format: 'int8 (group 64)',
    weightBytes: 2.1e6,
    cosine: 0.99987,
    leastCosine: 0.9991,
    sameToken: 0.975,
  },
];

/** One token per character. */
export const tokens = (text: string): TokenInfo[] =>
  [...text].map((text, start) => ({ id: text.charCodeAt(0), text, start, end: start + 1, special: false }));

export interface Answers {
  readonly generation?: Generation;
  readonly explanation?: Explanation;
  readonly info?: ModelInfo;
  /** False where config.json does not tell it. */
  readonly saysItsKind?: boolean;
  readonly imageExplanation?: ImageExplanation;
  readonly template?: ChatTemplate;
  readonly failure?: Error;
  readonly files?: Readonly<Record<string, string>>;
  readonly colourBits?: number;
}

/** Runs a command line; requests are what reached the session, read the pictures that were asked for. */
export async function runFake(words: readonly string[], answers: Answers = {}) {
  let out = '';
  let notes = '';
  const requests: unknown[] = [];
  const read: string[] = [];
  const written: { readonly path: string; readonly picture: Picture }[] = [];
  const session: Session = {
    load: async (location) => {
      requests.push(location);
      if (answers.failure) throw answers.failure;
      return answers.info ?? info;
    },
    tokenize: async ({ text }) => tokens(text),
    tokenizeChat: async (conversation) => {
      requests.push(conversation);
      const text = conversation.messages.map(({ content }) => content).join('|');
      const turn = { kind: 'content', role: 'user', message: 0 } as const;
      return { text, tokens: tokens(text).map((token) => ({ ...token, turn })) };
    },
    generate: async (request, job) => {
      requests.push(request);
      const answer = answers.generation ?? generation;
      // The last character is held back, as a half one would be.
      for (const id of answer.ids.slice(0, 1))
        job?.onProgress?.({ id, special: false, text: answer.text?.slice(0, -1) ?? null });
      return answer;
    },
    explain: async (request) => {
      requests.push(request);
      return answers.explanation ?? explanation;
    },
    explainEach: async (request) => {
      requests.push(request);
      return request.targets.map(() => answers.explanation ?? explanation);
    },
    explainImage: async (request) => {
      requests.push(request);
      return answers.imageExplanation ?? imageExplanation;
    },
    close: async () => {},
    planModel: () => Promise.reject(new Error('not asked here')),
    dispose: async () => void requests.push('disposed'),
  };
  const context: Context = {
    terminal: {
      out: (text) => void (out += text),
      note: (line) => void (notes += `${line}\n`),
      progress: () => {},
      interactive: false,
      colourBits: answers.colourBits ?? 1,
    },
    signal: new AbortController().signal,
    path: (given) => `/here/${given}`,
    readText: async (path) => {
      const text = answers.files?.[path];
      if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return text;
    },
    readImage: async (path) => {
      read.push(path);
      return { width: 1, height: 1, data: new Uint8Array(3) };
    },
    writeImage: async (path, picture) => void written.push({ path, picture }),
    modelKind: async () => {
      const { kind, architecture } = answers.info ?? info;
      return answers.saysItsKind === false ? null : { kind, architecture };
    },
    openSession: () => session,
    quantisationQuality: async (path, request) => {
      requests.push({ path, ...request });
      return quality;
    },
    openChatTemplate: async () => answers.template ?? null,
    openTokenizer: async (path) => {
      if (path !== '/here/toy') throw new AppError('TokenizerError', 'No tokenizer there.');
      return { encode: tokens } as unknown as Tokenizer;
    },
  };
  const code = await run(words, context);
  return { code, out, notes, requests, read, written };
}
