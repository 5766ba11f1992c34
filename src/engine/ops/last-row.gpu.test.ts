import { expect, it } from 'vitest';
import { useGpu } from '../gpu.test-helper.ts';
import { attnLrp } from '../rules.ts';
import { checkOp, upload } from './check-op.test-helper.ts';
import * as reference from './last-row.reference.ts';
import { lastRow } from './last-row.ts';
import { randomMatrix } from './random.test-helper.ts';

const gpu = useGpu();

it.each([
  [1, 1],
  [1, 130],
  [2, 63],
  [65, 172],
])('takes the last of %i rows of %i as the reference does', async (rows, width) => {
  const inputs = [randomMatrix(rows, rows, width)] as const;
  const label = `${rows} × ${width}`;
  await checkOp(gpu(), { op: lastRow, options: { rows }, reference, parameters: {}, inputs, label });
});

it('hands the multiplier to the last row as it is, and exactly 0 to all others', async () => {
  const [rows, width] = [9, 70];
  const g = randomMatrix(1, 1, width);
  await gpu().scopeAsync(async () => {
    const context = { gpu: gpu(), rules: attnLrp, ledger: null };
    const [g_x] = lastRow.relevance(context, upload(gpu(), g), [], { rows });
    const found = await gpu().readFloats(g_x!);
    expect(found.subarray(0, (rows - 1) * width).every((value) => value === 0)).toBe(true);
    expect([...found.subarray((rows - 1) * width)]).toEqual([...g.data]);
  });
});
