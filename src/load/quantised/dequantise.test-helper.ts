// Test helper: the weights that a quantised matrix stands for, in float64, from the layout that the engine takes. Reads
// bit by bit and shares nothing with the packers.
import { toFloat32 } from '../decode.ts';
import type { QuantisedMatrix } from './quantised-matrix.ts';

/** Row by row, columns in the order of the inputs. Asks for `rowsAtOnce` rows at a time, as the engine does in parts. */
export async function dequantise(
  matrix: QuantisedMatrix,
  rowsAtOnce = matrix.rows,
): Promise<Float64Array<ArrayBuffer>> {
  const { rows, columns, order } = matrix;
  const weights = new Float64Array(rows * columns);
  for (let first = 0; first < rows; first += rowsAtOnce) {
    const last = Math.min(rows, first + rowsAtOnce);
    const weightOf = weightReader(
      matrix,
      first,
      await matrix.readCodes(first, last),
      await matrix.readGroups(first, last),
    );
    for (let row = first; row < last; row++)
      for (let column = 0; column < columns; column++)
        weights[row * columns + (order?.[column] ?? column)] = weightOf(row, column);
  }
  return weights;
}

function weightReader(
  { format, columns }: QuantisedMatrix,
  first: number,
  codes: Uint8Array,
  groups: Uint8Array<ArrayBuffer>,
): (row: number, column: number) => number {
  const { bits, kind, group, table } = format;
  const rowBits = Math.ceil(columns / 8) * 8 * bits;
  const code = (row: number, column: number): number => {
    let value = 0;
    for (let bit = 0; bit < bits; bit++) {
      const at = (row - first) * rowBits + column * bits + bit;
      value += ((codes[Math.floor(at / 8)]! >> (at % 8)) & 1) * 2 ** bit;
    }
    return value;
  };
  const half = kind.endsWith('f32') ? null : kind.endsWith('bf16') ? 'BF16' : 'F16';
  const numbers = half ? toFloat32(groups, half) : new Float32Array(groups.buffer);
  const integers = new Uint16Array(groups.buffer);
  if (kind === 'table-f32') {
    const skipped = Math.floor((first * columns) / group);
    return (row, column) =>
      table![code(row, column)]! * numbers[Math.floor((row * columns + column) / group) - skipped]!;
  }
  const perRow = group === 0 ? 1 : Math.ceil(columns / group);
  return (row, column) => {
    const entry = (row - first) * perRow + (group === 0 ? 0 : Math.floor(column / group));
    const scale = numbers[2 * entry]!;
    const second = kind.startsWith('zero') && half ? integers[2 * entry + 1]! : numbers[2 * entry + 1]!;
    return kind.startsWith('zero') ? scale * (code(row, column) - second) : scale * code(row, column) + second;
  };
}
