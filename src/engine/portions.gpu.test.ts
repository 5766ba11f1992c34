// What would take the GPU too long at once is cut into several submissions, and gives the same numbers to the last bit.
import { describe, expect, it } from 'vitest';
import { useGpu } from './gpu.test-helper.ts';
import type { Gpu } from './gpu.ts';
import type { Op } from './op.ts';
import { attention } from './ops/attention.ts';
import { upload } from './ops/check-op.test-helper.ts';
import { linear } from './ops/linear.ts';
import { randomMatrix } from './ops/random.test-helper.ts';
import { storedWeight } from './ops/stored-weight.test-helper.ts';
import { attnLrp, cpLrp, recipes, type Rules } from './rules.ts';
import type { Tensor } from './tensor.ts';

const suited = useGpu();
/** Without subgroups: the kernels for GPUs. */
const plain = useGpu({ defaultsOnly: true });

/** Multiplications a second. */
const slow = 3e5;
const fast = 1e12;

interface Ran {
  readonly submits: number;
  readonly dispatches: number;
  readonly numbers: readonly Float32Array[];
}

async function run<Options>(
  gpu: Gpu,
  speed: number,
  op: Op<readonly Tensor[], Options>,
  options: Options,
  widths: readonly number[],
  rules: Rules,
): Promise<Ran> {
  const rows = 135;
  return gpu.scopeAsync(async () => {
    const inputs = widths.map((width, seed) => upload(gpu, randomMatrix(seed, rows, width)));
    await gpu.settle();
    Object.assign(gpu.pacer, { speed });
    const { submits, dispatches } = gpu;
    const { output, saved } = op.forward(gpu, inputs, options);
    const g = op.relevance({ gpu, rules, ledger: null }, output, saved, options);
    const ran = { submits: gpu.submits - submits, dispatches: gpu.dispatches - dispatches };
    const numbers = [output, ...g.filter((each) => each !== null)].map((tensor) => gpu.readFloats(tensor));
    return { ...ran, numbers: await Promise.all(numbers) };
  });
}

describe.each([
  ['the kernels of this adapter', suited],
  ['the kernels for GPUs', plain],
])('with %s', (_name, gpu) => {
  async function expectTheSame<Options>(
    op: Op<readonly Tensor[], Options>,
    options: Options,
    widths: readonly number[],
    rules: Rules,
  ): Promise<void> {
    const whole = await run(gpu(), fast, op, options, widths, rules);
    const cut = await run(gpu(), slow, op, options, widths, rules);
    expect(whole.submits).toBe(0);
    expect(cut.submits).toBeGreaterThan(3);
    expect(cut.dispatches).toBeGreaterThan(whole.dispatches + 1);
    expect(cut.numbers).toEqual(whole.numbers);
  }

  it('cuts a layer at tokens', async () => {
    const { weight } = await storedWeight(gpu(), randomMatrix(5, 75, 64), 'F16');
    const { weight: bias } = await storedWeight(gpu(), randomMatrix(6, 1, 75));
    await expectTheSame(linear as Op<readonly Tensor[], unknown>, { weight, bias }, [64], attnLrp);
    const gamma = { weight, bias, site: 'mlp' };
    await expectTheSame(linear as Op<readonly Tensor[], unknown>, gamma, [64], recipes['cp-lrp-gamma']);
  });

  it('cuts a tile of several sizes where the tokens end', async () => {
    const { weight } = await storedWeight(gpu(), randomMatrix(7, 75, 64), 'F16');
    const { tiles } = gpu().tuning;
    for (const chosen of [tiles.forward, tiles.relevance]) chosen.set(weight.shards[0]!, 64, chosen.choices.at(-1)!);
    await expectTheSame(linear as Op<readonly Tensor[], unknown>, { weight }, [64], attnLrp);
  });

  it.each([
    ['attnlrp', attnLrp],
    ['cp-lrp', cpLrp],
  ])('cuts attention at heads (%s)', async (_method, rules) => {
    // A shape that another test compiles too: drivers remember it.
    const shape = { heads: 3, keyValueHeads: 3, headSize: 4, causal: true, window: null };
    await expectTheSame(attention as unknown as Op<readonly Tensor[], unknown>, shape, [12, 12, 12], rules);
  });
});
