// The sampler against a float64 one: what it keeps, and for each random number exactly the token that must come out.
import { describe, expect, it } from 'vitest';
import { useGpu } from './gpu.test-helper.ts';
import { randomMatrix } from './ops/random.test-helper.ts';
import { notANumber, sample, type SampleParams } from './sample.ts';

const gpu = useGpu();
const open = { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 };
const greedy = { ...open, temperature: 0, random: 0 };
type Filters = Omit<SampleParams, 'random'>;

/** One token for each random number, all from the same logits and the same seen tokens. */
async function draw(
  logits: ArrayLike<number>,
  filters: Filters,
  randoms: readonly number[],
  seen: readonly number[] = [],
): Promise<number[]> {
  return gpu().scopeAsync(async () => {
    const marks = new Uint32Array(logits.length);
    for (const id of seen) marks[id] = 1;
    const scores = gpu().upload(Float32Array.from(logits), 1, logits.length, 'logits');
    const all = randoms.map((random) => {
      const chosen = gpu().allocate(1, 1, 'chosen');
      const marked = gpu().upload(marks, 1, logits.length, 'seen');
      sample(gpu(), scores, marked, chosen, { ...filters, random });
      gpu().release(marked);
      return chosen;
    });
    return (await Promise.all(all.map((chosen) => gpu().readIds(chosen)))).map(([id]) => id!);
  });
}

interface Kept {
  readonly id: number;
  /** The token's part of [0, 1). */
  readonly from: number;
  readonly to: number;
}

/** What remains after all filters, in order of ids, with the cumulative distribution over it. */
function keep(logits: ArrayLike<number>, filters: Filters, seen: readonly number[] = []): Kept[] {
  const { temperature, topK, topP, minP, repetitionPenalty } = filters;
  const scores = Array.from(logits, (logit, id) => {
    const penalised = logit > 0 ? logit / repetitionPenalty : logit * repetitionPenalty;
    return { id, score: (seen.includes(id) ? penalised : logit) / temperature };
  });
  const ranked = scores.toSorted((a, b) => b.score - a.score);
  const peak = ranked[0]!.score;
  const mass = (some: typeof ranked) => some.reduce((sum, { score }) => sum + Math.exp(score - peak), 0);
  let kept = topK > 0 ? ranked.slice(0, topK) : ranked;
  if (topP < 1) {
    const wanted = topP * mass(kept);
    let [count, sum] = [0, 0];
    while (count === 0 || sum < wanted) sum += Math.exp(kept[count++]!.score - peak);
    // The premise of the comparison: rounding in float32 cannot decide who is kept.
    expect(Math.abs(sum - wanted) / sum).toBeGreaterThan(1e-5);
    kept = kept.slice(0, count);
  }
  if (minP > 0) kept = kept.filter(({ score }) => score >= peak + Math.log(minP));
  const total = mass(kept);
  let passed = 0;
  return kept
    .toSorted((a, b) => a.id - b.id)
    .map(({ id, score }) => ({ id, from: passed / total, to: (passed += Math.exp(score - peak)) / total }));
}

const sizes = [3, 300, 5000];
const logitsOf = (size: number): number[] => Array.from(randomMatrix(size, 1, size).data, (value) => 2 * value);

it.each(sizes)('takes the largest of %i logits where the temperature is 0', async (size) => {
  const logits = logitsOf(size);
  expect(await draw(logits, greedy, [0.9])).toEqual([logits.indexOf(Math.max(...logits))]);
});

it('takes the lowest id among equal logits, wherever they lie', async () => {
  for (const ties of [
    [0, 1],
    [1, 2],
    [255, 256],
    [7, 263, 519],
    [300, 4999],
    [4998, 4999],
  ]) {
    const logits = new Array<number>(5000).fill(-3);
    for (const id of ties) logits[id] = 1.5;
    expect(await draw(logits, greedy, [0.9])).toEqual([ties[0]]);
  }
  expect(await draw([-7, -7, -7], greedy, [0.9])).toEqual([0]);
});

describe('with every random number takes the token that owns it', () => {
  const filters: readonly (readonly [name: string, change: Partial<Filters>])[] = [
    ['no filter', {}],
    ['a low temperature', { temperature: 0.3 }],
    ['a temperature so high that all are equal', { temperature: 1e6 }],
    ['top-k', { topK: 7 }],
    ['top-k larger than the vocabulary', { topK: 10_000 }],
    ['top-p', { topP: 0.8 }],
    ['min-p', { minP: 0.15 }],
    ['top-k, then top-p, then min-p', { temperature: 1.4, topK: 40, topP: 0.9, minP: 0.08 }],
    ['a repetition penalty', { repetitionPenalty: 1.7, topK: 20 }],
  ];

  it.each(filters)('under %s', async (_name, change) => {
    for (const size of sizes) {
      const logits = logitsOf(size);
      const ranked = logits.map((_, id) => id).toSorted((a, b) => logits[b]! - logits[a]!);
      const seen = [ranked[0]!, ranked[2]!, ranked.at(-1)!];
      const settings = { ...open, ...change };
      const kept = keep(logits, settings, seen);
      // float32 may miss an edge by 1e-5. Of large vocabularies a dozen tokens, evenly spread.
      const wide = kept.filter(({ from, to }) => to - from > 4e-5);
      const tested = wide.filter((_, index) => index % Math.ceil(wide.length / 12) === 0);
      const randoms = tested.flatMap(({ from, to }) => [from + 1e-5, (from + to) / 2, to - 1e-5]);
      const expected = tested.flatMap(({ id }) => [id, id, id]);
      expect(expected.length).toBeGreaterThan(0);
      expect(await draw(logits, settings, randoms, seen), `${size} tokens`).toEqual(expected);
    }
  });
});

it('draws as often as the probabilities say, and never what a filter took away', async () => {
  const logits = logitsOf(300);
  const settings = { ...open, topP: 0.7 };
  const kept = keep(logits, settings);
  expect(kept.length).toBeLessThan(100);
  const count = 256;
  const randoms = [...Array.from({ length: count }, (_, k) => k / count), 1 - 2 ** -24];
  const drawn = await draw(logits, settings, randoms);
  for (const { id, from, to } of kept) {
    const share = drawn.filter((other) => other === id).length / count;
    expect(Math.abs(share - (to - from)), `token ${id}`).toBeLessThanOrEqual(2 / count);
  }
  const allowed = new Set(kept.map(({ id }) => id));
  expect(drawn.filter((id) => !allowed.has(id))).toEqual([]);
});

const randoms = [0, 0.2, 0.4, 0.6, 0.8, 1 - 2 ** -24];

it.each<[string, Partial<Filters>]>([
  ['a top-k of 1', { topK: 1 }],
  ['a top-p of 0', { topP: 0 }],
  ['a min-p of 1', { minP: 1 }],
  ['a temperature near 0', { temperature: 1e-6 }],
  ['the smallest temperature', { temperature: Number.MIN_VALUE }],
])('keeps the likeliest alone under %s', async (_name, change) => {
  for (const size of sizes) {
    const logits = logitsOf(size);
    const likeliest = logits.indexOf(Math.max(...logits));
    const drawn = await draw(logits, { ...open, ...change }, randoms);
    expect(drawn).toEqual(randoms.map(() => likeliest));
  }
});

it('never draws what a model rules out with −1e30', async () => {
  const logits = new Array<number>(300).fill(-1e30);
  [logits[17], logits[256]] = [1, 1];
  for (const change of [{}, { topK: 50 }, { topP: 0.95 }, { temperature: 0.1 }, { repetitionPenalty: 1.5 }]) {
    const drawn = await draw(logits, { ...open, ...change }, randoms, [0, 299]);
    expect(drawn, JSON.stringify(change)).toEqual([17, 17, 17, 256, 256, 256]);
  }
});

it('answers that there is no number wherever a logit is none, and marks no token', async () => {
  for (const none of [NaN, Infinity, -Infinity]) {
    const logits = logitsOf(300);
    logits[261] = none;
    for (const settings of [greedy, { ...open, topK: 5, random: 0.5 }]) {
      expect(await draw(logits, settings, [0, 0.5])).toEqual([notANumber, notANumber]);
    }
  }
  await gpu().scopeAsync(async () => {
    const logits = gpu().upload(Float32Array.of(1, NaN, 2), 1, 3, 'logits');
    const seen = gpu().upload(new Uint32Array(3), 1, 3, 'seen');
    sample(gpu(), logits, seen, gpu().allocate(1, 1, 'chosen'), greedy);
    expect([...(await gpu().readIds(seen))]).toEqual([0, 0, 0]);
  });
});

it('divides positive and multiplies negative logits of seen tokens by the penalty', async () => {
  const settings = { ...greedy, repetitionPenalty: 2 };
  expect(await draw([3, 2, 1], settings, [0], [0])).toEqual([1]);
  expect(await draw([-1, -1.5, -5], settings, [0], [0])).toEqual([1]);
  expect(await draw([3, 2, 1], settings, [0], [0, 1, 2])).toEqual([0]);
});

it('marks the chosen token as seen, and no other', async () => {
  await gpu().scopeAsync(async () => {
    const logits = gpu().upload(Float32Array.of(0, 1, 5, 4), 1, 4, 'logits');
    const seen = gpu().upload(Uint32Array.of(1, 0, 0, 0), 1, 4, 'seen');
    const chosen = gpu().allocate(1, 1, 'chosen');
    sample(gpu(), logits, seen, chosen, { ...greedy, repetitionPenalty: 2 });
    expect([...(await gpu().readIds(seen))]).toEqual([1, 0, 1, 0]);
    sample(gpu(), logits, seen, chosen, { ...greedy, repetitionPenalty: 2 });
    expect([...(await gpu().readIds(chosen))]).toEqual([3]);
  });
});
