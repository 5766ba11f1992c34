// `localise`: how often maps point at evidence that is known, for every method and a random map.
import {
  average,
  localise as score,
  type Localisation,
  type PlacedRelevance,
  type Score,
} from '../evaluate/localise.ts';
import { readBenchmark, type BenchmarkItem } from '../evaluate/benchmark.ts';
import { randomMaps } from '../evaluate/random-map.ts';
import type { MethodName, Session } from '../session/session.ts';
import type { Command } from './command.ts';
import { withModel } from './model.ts';

const usage = `Usage: npm run --silent cli -- localise --model DIR --benchmark FILE.json [flags]

For questions whose evidence is known: how often the most relevant token lies in it (top-1), and the share of positive
relevance inside it (mass). What is explained is the whole answer: the sum of its tokens' logits less their mean.

  --model DIR            folder with config.json, safetensors and tokenizer files
  --benchmark FILE.json  ground truth, as in public/benchmarks
  --limit N              the first N items (default 200)
  --seed S               of the random map (default 0)
  --json                 print {"METHOD":{"KIND":{"items","top1","mass"},…},…}
`;

const methods: readonly MethodName[] = ['attnlrp', 'cp-lrp', 'gradient-x-input'];

export const localise: Command = {
  name: 'localise',
  summary: 'scores the methods on texts whose evidence is known',
  usage,
  options: {
    model: { type: 'string' },
    benchmark: { type: 'string' },
    limit: { type: 'string' },
    seed: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run(values, context) {
    const path = values.required('model');
    const file = context.path(values.required('benchmark'));
    const items = readBenchmark(JSON.parse(await context.readText(file)), file).slice(
      0,
      values.integer('limit', [1, Number.MAX_SAFE_INTEGER], 200),
    );
    const randomMap = randomMaps(values.integer('seed', [0, 2 ** 32 - 1], 0));
    const results = new Map<string, { kind: string; result: Localisation }[]>();
    await withModel(path, context, async (session) => {
      for (const [index, item] of items.entries()) {
        context.terminal.progress(`Explaining ${index + 1} of ${items.length}`);
        for (const method of [...methods, 'random'] as const) {
          const result = score(
            await mapOf(session, item, method === 'random' ? randomMap : method, context.signal),
            item.spans,
          );
          results.set(method, [...(results.get(method) ?? []), { kind: item.kind, result }]);
        }
      }
      context.terminal.progress('');
    });
    const table = Object.fromEntries([...results].map(([method, all]) => [method, scoresByKind(all)]));
    context.terminal.out(values.flag('json') ? `${JSON.stringify(table)}\n` : describe(table));
  },
};

/** Relevance is linear in the score, so the map of an answer is the sum of its tokens' maps. */
async function mapOf(
  session: Session,
  { prompt, answer }: BenchmarkItem,
  method: MethodName | ((count: number) => Float64Array),
  signal: AbortSignal,
): Promise<PlacedRelevance[]> {
  const tokens = await session.tokenize({ text: prompt });
  const place = (relevance: Float64Array) =>
    tokens.map(({ start, end }, index) => ({ start, end, relevance: relevance[index]! }));
  if (typeof method === 'function') return place(method(tokens.length));
  const sum = new Float64Array(tokens.length);
  const ids = tokens.map(({ id }) => id);
  for (const { id } of await session.tokenize({ text: answer, specialTokens: false })) {
    const request = { ids: [...ids], target: id, contrast: null, scalar: 'centred-logit', method } as const;
    const explanation = await session.explain(request, { signal });
    for (let token = 0; token < sum.length; token++) sum[token]! += explanation.tokens[token]!.relevance;
    ids.push(id);
  }
  return place(sum);
}

function scoresByKind(all: readonly { kind: string; result: Localisation }[]): Record<string, Score> {
  const kinds = [...new Set(all.map(({ kind }) => kind))].toSorted();
  const scores = (kind: string | null): Score =>
    average(all.filter((entry) => kind === null || entry.kind === kind).map(({ result }) => result));
  return Object.fromEntries([['all', scores(null)], ...kinds.map((kind) => [kind, scores(kind)])]);
}

function describe(table: Readonly<Record<string, Readonly<Record<string, Score>>>>): string {
  const lines = ['| method | items | top-1 | mass |', '| --- | --- | --- | --- |'];
  for (const [method, kinds] of Object.entries(table)) {
    for (const [kind, { items, top1, mass }] of Object.entries(kinds)) {
      lines.push(`| ${method}, ${kind} | ${items} | ${(100 * top1).toFixed(1)} % | ${(100 * mass).toFixed(1)} % |`);
    }
  }
  return `${lines.join('\n')}\n`;
}
