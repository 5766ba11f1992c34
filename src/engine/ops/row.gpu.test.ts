import { expect, it } from 'vitest';
import { useGpu } from '../gpu.test-helper.ts';
import { attnLrp } from '../rules.ts';
import { checkOp, upload } from './check-op.test-helper.ts';
import { randomMatrix } from './random.test-helper.ts';
import * as reference from './row.reference.ts';
import { row as op } from './row.ts';

const gpu = useGpu();

it.each([
  [0, 1, 1],
  [0, 2, 63],
  [1, 2, 130],
  [64, 65, 172],
  [31, 65, 7],
])('takes row %i of %i rows of %i as the reference does', async (row, rows, width) => {
  const inputs = [randomMatrix(rows, rows, width)] as const;
  const label = `${row} of ${rows} × ${width}`;
  await checkOp(gpu(), { op, options: { rows, row }, reference, parameters: { row }, inputs, label });
});

it('hands the multiplier to that row as it is, and exactly 0 to all others', async () => {
  const [rows, width, row] = [9, 70, 4];
  const g = randomMatrix(1, 1, width);
  await gpu().scopeAsync(async () => {
    const context = { gpu: gpu(), rules: attnLrp, ledger: null };
    const [g_x] = op.relevance(context, upload(gpu(), g), [], { rows, row });
    const found = await gpu().readFloats(g_x!);
    const others = [...found.subarray(0, row * width), ...found.subarray((row + 1) * width)];
    expect(others.every((value) => value === 0)).toBe(true);
    expect([...found.subarray(row * width, (row + 1) * width)]).toEqual([...g.data]);
  });
});
