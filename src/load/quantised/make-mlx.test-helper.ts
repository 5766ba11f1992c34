// Test helper: random layers of MLX.
import type { JsonObject } from '../../models/model.ts';
import {
  base,
  inRows,
  lineOfBits,
  Random,
  weightsOf,
  wordTensor,
  type Layer,
  type Size,
} from './layers.test-helper.ts';

export function makeMlx({
  rows,
  columns,
  seed = 1,
  type = 'BF16',
  bits = 4,
  group = 32,
  override = false,
  offsets = 'biases',
  scales: size = 'usual',
}: Size & { bits?: number; group?: number; override?: boolean; offsets?: 'biases' | 'qbiases' }): Layer {
  const random = new Random(seed);
  const codes = inRows(random.integers(rows * columns, 2 ** bits), columns);
  const groups = columns / group;
  const scales = random.floatsOf(size, type, rows, groups);
  const biases = random.floatsOf(size, type, rows, groups);
  const own: JsonObject = { bits, group_size: group };
  const settings = override ? { bits: 8, group_size: 64, mode: 'affine', [base]: own, [`${base}.other`]: false } : own;
  return {
    rows,
    columns,
    config:
      offsets === 'biases'
        ? { quantization: settings }
        : { quantization_config: { ...settings, quant_method: 'metal' } },
    tensors: {
      weight: wordTensor(
        codes.map((row) => lineOfBits(row, bits)),
        'U32',
      ),
      scales: scales.tensor,
      [offsets]: biases.tensor,
    },
    weights: weightsOf(rows, columns, (row, column) => {
      const entry = row * groups + Math.floor(column / group);
      return scales.values[entry]! * codes[row]![column]! + biases.values[entry]!;
    }),
  };
}
