// Test helper: random layers of compressed-tensors.
import type { JsonObject } from '../../models/model.ts';
import type { TestTensor } from '../safetensors.test-helper.ts';
import {
  byteTensor,
  groupIndex,
  inRows,
  lineOfBits,
  Random,
  transposed,
  vectorOfIntegers,
  weightsOf,
  wordTensor,
  type GroupIndex,
  type Layer,
  type Size,
} from './layers.test-helper.ts';

export function makeCompressed({
  rows,
  columns,
  seed = 4,
  type = 'BF16',
  bits = 4,
  layout = 'pack-quantized',
  strategy = 'group',
  group = 32,
  zeros = 'none',
  index = 'missing',
  settings = {},
  scales: floatSize = 'usual',
}: Size & {
  bits?: 4 | 8;
  layout?: 'pack-quantized' | 'int-quantized';
  strategy?: 'group' | 'channel' | 'tensor';
  group?: number;
  /** Packed down the outputs, or as signed bytes. */
  zeros?: 'none' | 'packed' | 'bytes';
  index?: GroupIndex | 'minus one';
  settings?: JsonObject;
}): Layer {
  const random = new Random(seed);
  const size = strategy === 'group' ? group : columns;
  const groups = columns / size;
  const groupOf = groupIndex(random, index === 'minus one' ? 'in order' : index, columns, size);
  const codes = inRows(random.integers(rows * columns, 2 ** bits), columns);
  const shape = strategy === 'tensor' ? [1] : [rows, groups];
  const scales = random.floatsOf(floatSize, type, ...shape);
  const middle = 2 ** (bits - 1);
  const points = zeros === 'none' ? scales.values.map(() => middle) : random.integers(scales.values.length, 2 ** bits);
  const signed = (values: readonly number[]): number[] => values.map((value) => (value - middle) & 255);
  const weights: Record<string, TestTensor> =
    layout === 'pack-quantized'
      ? {
          weight_packed: wordTensor(codes.map((row) => lineOfBits(row, bits))),
          weight_shape: {
            dtype: 'I64',
            shape: [2],
            bytes: new Uint8Array(BigInt64Array.of(BigInt(rows), BigInt(columns)).buffer),
          },
        }
      : { weight: byteTensor(signed(codes.flat()), [rows, columns], 'I8') };
  return {
    rows,
    columns,
    config: {
      quantization_config: {
        quant_method: 'compressed-tensors',
        format: layout,
        config_groups: {
          group_0: {
            targets: ['Linear'],
            weights: {
              num_bits: bits,
              type: 'int',
              symmetric: zeros === 'none',
              strategy,
              group_size: strategy === 'group' ? group : null,
            },
          },
        },
        ...settings,
      },
    },
    tensors: {
      ...weights,
      weight_scale: scales.tensor,
      ...(zeros === 'packed' && {
        weight_zero_point: wordTensor(
          transposed(transposed(inRows(points, groups)).map((column) => lineOfBits(column, bits))),
        ),
      }),
      ...(zeros === 'bytes' && { weight_zero_point: byteTensor(signed(points), shape, 'I8') }),
      ...(index !== 'missing' && {
        weight_g_idx: vectorOfIntegers(index === 'minus one' ? new Array<number>(columns).fill(-1) : groupOf),
      }),
    },
    weights: weightsOf(rows, columns, (row, column) => {
      const entry = strategy === 'tensor' ? 0 : row * groups + groupOf[column]!;
      return scales.values[entry]! * (codes[row]![column]! - points[entry]!);
    }),
  };
}
