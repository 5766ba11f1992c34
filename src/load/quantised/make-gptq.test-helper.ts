// Test helper: random layers of GPTQ and AWQ.
import type { JsonObject } from '../../models/model.ts';
import type { TestTensor } from '../safetensors.test-helper.ts';
import {
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

export function makeGptq({
  rows,
  columns,
  seed = 2,
  type = 'F16',
  bits = 4,
  group = 32,
  version = 'v1',
  index = 'in order',
  symmetric = false,
  settings = {},
  scales: floatSize = 'usual',
}: Size & {
  bits?: number;
  /** −1: one for the whole row. */
  group?: number;
  version?: 'v1' | 'v2';
  index?: GroupIndex;
  symmetric?: boolean;
  settings?: JsonObject;
}): Layer {
  const random = new Random(seed);
  const size = group === -1 ? columns : group;
  const groups = Math.ceil(columns / size);
  const groupOf = groupIndex(random, index, columns, size);
  const codes = inRows(random.integers(rows * columns, 2 ** bits), columns);
  const zeros = inRows(
    symmetric ? new Array<number>(groups * rows).fill(2 ** (bits - 1)) : random.integers(groups * rows, 2 ** bits),
    rows,
  );
  const scales = random.floatsOf(floatSize, type, groups, rows);
  // What the writer does: whole words less one in every value, borrowing between values; 3 bits value by value.
  const ones = lineOfBits(new Array<number>(Math.floor(32 / bits)).fill(1), bits)[0]!;
  const storedZeros = zeros.map((line) => {
    if (version === 'v2') return lineOfBits(line, bits);
    if (bits === 3)
      return lineOfBits(
        line.map((zero) => (zero + 7) % 8),
        bits,
      );
    return lineOfBits(line, bits).map((word) => (word - ones + 2 ** 32) % 2 ** 32);
  });
  return {
    rows,
    columns,
    config: {
      quantization_config: {
        quant_method: 'gptq',
        bits,
        group_size: group,
        sym: symmetric,
        ...(version === 'v2' && { checkpoint_format: 'gptq_v2' }),
        ...settings,
      },
    },
    tensors: {
      qweight: wordTensor(transposed(codes.map((row) => lineOfBits(row, bits)))),
      qzeros: wordTensor(storedZeros),
      scales: scales.tensor,
      ...(index !== 'missing' && { g_idx: vectorOfIntegers(groupOf) }),
    },
    weights: weightsOf(rows, columns, (row, column) => {
      const k = groupOf[column]!;
      return scales.values[k * rows + row]! * (codes[row]![column]! - zeros[k]![row]!);
    }),
  };
}

/** Output 8·c + awqOrder[n] is nibble n of word c. */
const awqOrder = [0, 2, 4, 6, 1, 3, 5, 7];

export function makeAwq({
  rows,
  columns,
  seed = 3,
  type = 'F16',
  group = 32,
  scales: floatSize = 'usual',
}: Size & { group?: number }): Layer {
  const random = new Random(seed);
  const size = group === -1 ? columns : group;
  const groups = columns / size;
  const codes = inRows(random.integers(columns * rows, 16), rows);
  const zeros = inRows(random.integers(groups * rows, 16), rows);
  const scales = random.floatsOf(floatSize, type, groups, rows);
  const packed = (lines: readonly (readonly number[])[]): TestTensor =>
    wordTensor(
      lines.map((line) =>
        inRows(line, 8).map(
          (eight) =>
            lineOfBits(
              awqOrder.map((output) => eight[output]!),
              4,
            )[0]!,
        ),
      ),
    );
  return {
    rows,
    columns,
    config: { quantization_config: { quant_method: 'awq', bits: 4, group_size: group, version: 'GEMM' } },
    tensors: { qweight: packed(codes), qzeros: packed(zeros), scales: scales.tensor },
    weights: weightsOf(rows, columns, (row, column) => {
      const k = Math.floor(column / size);
      return scales.values[k * rows + row]! * (codes[column]![row]! - zeros[k]![row]!);
    }),
  };
}
