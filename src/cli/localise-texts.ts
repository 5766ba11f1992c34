// `localise` for texts: the maps of an answer's words, summed, against the sentences that the answer rests on. The full
// stop behind the words is no part of the answer: it rests on grammar, and its map would cover theirs.
import { readBenchmark, type BenchmarkItem } from '../evaluate/benchmark.ts';
import {
  average,
  localise as score,
  type Localisation,
  type PlacedRelevance,
  type Score,
} from '../evaluate/localise.ts';
import { randomMaps } from '../evaluate/random-map.ts';
import { greedy, type MethodName, type ScalarName, type Session, type TokenInfo } from '../session/session.ts';
import type { Values } from './arguments.ts';
import type { Context } from './command.ts';
import { withModel } from './model.ts';
import { describeScores } from './score-table.ts';

const methods: readonly MethodName[] = ['attnlrp', 'cp-lrp', 'gradient-x-input'];
const scalars: readonly ScalarName[] = ['logit', 'centred-logit'];

interface Judged {
  readonly kind: string;
  readonly result: Localisation;
}

export async function localiseTexts(values: Values, context: Context, content: unknown, file: string): Promise<string> {
  values.refuse(['images'], 'go with a benchmark of mosaics only');
  const scalar = values.oneOf('scalar', scalars, 'logit');
  const items = readBenchmark(content, file).slice(0, values.integer('limit', [1, Number.MAX_SAFE_INTEGER], 200));
  const randomMap = randomMaps(values.integer('seed', [0, 2 ** 32 - 1], 0));
  const results = new Map<string, Judged[]>([...methods, 'random'].map((method) => [method, []]));
  let right = 0;
  await withModel(values.required('model'), context, async (session) => {
    for (const [index, item] of items.entries()) {
      context.terminal.progress(`Explaining ${index + 1} of ${items.length}`);
      const question = await readQuestion(session, item);
      if (!(await answersAsAsked(session, question, context.signal))) continue;
      right++;
      for (const [method, judged] of results) {
        const relevance =
          method === 'random'
            ? randomMap(question.tokens.length)
            : await mapOf(session, question, { method: method as MethodName, scalar }, context.signal);
        judged.push({ kind: item.kind, result: score(place(question.tokens, relevance), item.spans) });
      }
    }
    context.terminal.progress('');
  });
  context.terminal.note(`${right} of ${items.length} answered as the benchmark says; the others are left out.`);
  const table = Object.fromEntries([...results].map(([method, judged]) => [method, scoresByKind(judged)]));
  return values.flag('json') ? `${JSON.stringify(table)}\n` : describe(table);
}

interface Question {
  readonly tokens: readonly TokenInfo[];
  readonly answer: readonly number[];
  /** How many tokens of the answer are words: those before its closing punctuation. */
  readonly words: number;
}

async function readQuestion(session: Session, { prompt, answer }: BenchmarkItem): Promise<Question> {
  const tokens = await session.tokenize({ text: prompt });
  const written = await session.tokenize({ text: answer, specialTokens: false });
  const words = written.findLastIndex(({ text }) => /[\p{L}\p{N}]/u.test(text ?? '')) + 1;
  return { tokens, answer: written.map(({ id }) => id), words };
}

/** Only an answer that the model gives itself has a reason in it that a map could show. */
async function answersAsAsked(session: Session, { tokens, answer }: Question, signal: AbortSignal): Promise<boolean> {
  const request = { ids: tokens.map(({ id }) => id), maxTokens: answer.length, sampling: greedy };
  const { ids } = await session.generate(request, { signal });
  signal.throwIfAborted();
  return answer.every((id, index) => ids[index] === id);
}

/** Relevance is linear in the score, so the map of an answer is the sum of its words' maps. */
async function mapOf(
  session: Session,
  { tokens, answer, words }: Question,
  manner: { readonly method: MethodName; readonly scalar: ScalarName },
  signal: AbortSignal,
): Promise<Float64Array> {
  const sum = new Float64Array(tokens.length);
  const explained = answer.slice(0, words);
  const ids = [...tokens.map(({ id }) => id), ...explained.slice(0, -1)];
  const targets = explained.map((target, index) => ({ position: tokens.length + index, target, contrast: null }));
  for (const explanation of await session.explainEach({ ids, targets, ...manner }, { signal }))
    for (let token = 0; token < sum.length; token++) sum[token]! += explanation.tokens[token]!.relevance;
  return sum;
}

function place(tokens: readonly TokenInfo[], relevance: Float64Array): PlacedRelevance[] {
  return tokens.map(({ start, end }, index) => ({ start, end, relevance: relevance[index]! }));
}

function scoresByKind(all: readonly Judged[]): Record<string, Score> {
  const kinds = [...new Set(all.map(({ kind }) => kind))].toSorted();
  const scores = (kind: string | null): Score =>
    average(all.filter((entry) => kind === null || entry.kind === kind).map(({ result }) => result));
  return Object.fromEntries([['all', scores(null)], ...kinds.map((kind) => [kind, scores(kind)])]);
}

function describe(table: Readonly<Record<string, Readonly<Record<string, Score>>>>): string {
  return describeScores(
    'method',
    Object.entries(table).flatMap(([method, kinds]) =>
      Object.entries(kinds).map(([kind, score]) => [`${method}, ${kind}`, score] as const),
    ),
  );
}
