// A context whose session answers from the table and whose terminal is two strings.
import { AppError } from '../errors.ts';
import type { Explanation, Generation, ModelInfo, Session, TokenInfo } from '../session/session.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import type { Context } from './command.ts';
import { run } from './run.ts';

const info: ModelInfo = {
  name: 'toy',
  architecture: 'LlamaForCausalLM',
  parameters: 1,
  format: 'F32',
  layers: 1,
  vocabularySize: 10,
  contextLength: 8,
  weightBytes: 4,
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

/** One token per character. */
export const tokens = (text: string): TokenInfo[] =>
  [...text].map((text, start) => ({ id: text.charCodeAt(0), text, start, end: start + 1, special: false }));

export interface Answers {
  readonly generation?: Generation;
  readonly explanation?: Explanation;
  readonly failure?: Error;
  readonly files?: Readonly<Record<string, string>>;
  readonly colourBits?: number;
}

/** Runs a command line; requests are what reached the session. */
export async function runFake(words: readonly string[], answers: Answers = {}) {
  let out = '';
  let notes = '';
  const requests: unknown[] = [];
  const session: Session = {
    load: async (location) => {
      requests.push(location);
      if (answers.failure) throw answers.failure;
      return info;
    },
    tokenize: async ({ text }) => tokens(text),
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
    loadImageModel: async () => {
      throw new AppError('UnsupportedError', 'The toy is no image classifier.');
    },
    explainImage: async () => {
      throw new AppError('UsageError', 'No image model is loaded.');
    },
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
      if (text === undefined) throw new Error('no such file');
      return text;
    },
    readImage: async () => ({ width: 1, height: 1, data: new Uint8Array(3) }),
    writeImage: async () => {},
    openSession: () => session,
    openTokenizer: async (path) => {
      if (path !== '/here/toy') throw new AppError('TokenizerError', 'No tokenizer there.');
      return { encode: tokens } as unknown as Tokenizer;
    },
  };
  const code = await run(words, context);
  return { code, out, notes, requests };
}
