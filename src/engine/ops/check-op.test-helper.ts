// Holds an op on the GPU against its float64 reference: forward, x · g = R under both LRP tables, the multipliers
// themselves under the gradient table, and what the ledger books.
import { expect } from 'vitest';
import { deviation } from '../gpu.test-helper.ts';
import type { Gpu } from '../gpu.ts';
import { Ledger } from '../ledger.ts';
import { total, type Matrix } from '../matrix.ts';
import type { Op } from '../op.ts';
import { attnLrp, cpLrp, gradient, type Rules } from '../rules.ts';
import type { Tensor } from '../tensor.ts';
import { randomMatrix } from './random.test-helper.ts';
import type { ReferenceOp } from './reference-op.ts';

/** Of the largest expected value: float32 sums of a few hundred terms, in any order. */
export const tolerance = 1e-5;

export interface OpCheck<Tensors extends readonly Tensor[], Options, Matrices extends readonly Matrix[], Parameters> {
  readonly op: Op<Tensors, Options>;
  readonly options: Options;
  readonly reference: ReferenceOp<Matrices, Parameters>;
  readonly parameters: Parameters;
  readonly inputs: Matrices;
  readonly label: string;
  /** Only where a test states why. */
  readonly tolerance?: number;
  /** In place of the two LRP tables and the gradient's. */
  readonly rules?: Readonly<Record<string, Rules>>;
}

export function upload(gpu: Gpu, matrix: Matrix, label = 'test matrix'): Tensor {
  return gpu.upload(Float32Array.from(matrix.data), matrix.rows, matrix.width, label);
}

export async function checkOp<
  Tensors extends readonly Tensor[],
  Options,
  Matrices extends readonly Matrix[],
  Parameters,
>(gpu: Gpu, check: OpCheck<Tensors, Options, Matrices, Parameters>): Promise<void> {
  const { op, options, reference, parameters, inputs, label } = check;
  const compare = (actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void => {
    const found = deviation(actual, expected);
    expect(found, `${label}: ${what}`).toBeLessThan(check.tolerance ?? tolerance);
  };
  const y = reference.forward(inputs, parameters);
  const g = randomMatrix(99, y.rows, y.width);
  const relevanceOfOutput = product(y, g.data);

  for (const [name, rules] of Object.entries(check.rules ?? { attnLrp, cpLrp, gradient })) {
    await gpu.scopeAsync(async () => {
      fillPoolWithNaN(gpu, [y, ...inputs]);
      const tensors = inputs.map((matrix) => upload(gpu, matrix)) as readonly Tensor[] as Tensors;
      const { output, saved } = op.forward(gpu, tensors, options);
      compare(await gpu.readFloats(output), y.data, 'forward');
      // `saved` is all that relevance may read: a tape frees the rest.
      for (const tensor of [output, ...tensors]) if (!saved.includes(tensor)) overwriteWithNaN(gpu, tensor);

      const ledger = new Ledger(gpu, 0, y.rows);
      const multipliers = op.relevance(
        { gpu, rules, ledger: rules.conserves ? ledger : null },
        upload(gpu, g),
        saved,
        options,
      );
      const read = await Promise.all(multipliers.map((each) => each && gpu.readFloats(each)));
      const expected = rules.conserves
        ? reference.relevance(relevanceOfOutput, inputs, parameters, rules)
        : reference.derivative(g, inputs, parameters);
      expect(read).toHaveLength(expected.length);
      const found = read.map((each, index) => {
        const values = each ?? new Float32Array(expected[index]!.data.length);
        return rules.conserves ? product(inputs[index]!, values).data : values;
      });
      found.forEach((values, index) => {
        // What cancels to nothing (the scores of a single key) is measured against the other inputs.
        const others = Math.max(...expected.map(({ data }) => largestOf(data)));
        const own = largestOf(expected[index]!.data);
        const scale = own > 1e-9 * others ? own : others;
        compare([...values, scale], [...expected[index]!.data, scale], `${name}, input ${index}`);
      });
      if (!rules.conserves) return;
      const { absorbed } = await ledger.read();
      const booked = Object.values(absorbed).reduce((sum, [value]) => sum + value!, 0);
      const kept = total(relevanceOfOutput) - expected.reduce((sum, each) => sum + total(each), 0);
      const scale = relevanceOfOutput.data.reduce((sum, value) => sum + Math.abs(value), 0);
      compare([booked, scale], [kept, scale], `${name}, ledger`);
    });
  }
}

function product(x: Matrix, g: ArrayLike<number>): Matrix {
  return { ...x, data: x.data.map((value, index) => value * g[index]!) };
}

const largestOf = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

const overwriteWithNaN = (gpu: Gpu, { storage }: Tensor): void =>
  gpu.write(storage, 0, new Float32Array(storage.bytes / 4).fill(NaN));

/** A kernel that reads what nothing has written then shows it. */
function fillPoolWithNaN(gpu: Gpu, shapes: readonly Matrix[]): void {
  gpu.flush();
  gpu.pool.trim(0);
  gpu.pipelines.forgetBindGroups();
  gpu.scope(() => {
    for (const { rows, width } of [...shapes, ...shapes]) overwriteWithNaN(gpu, gpu.allocate(rows, width, 'NaN'));
  });
}
