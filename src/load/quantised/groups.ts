// How the columns of a matrix fall into groups.
import { AppError } from '../../errors.ts';
import { toWords } from '../decode.ts';
import { readWhole } from '../stored-tensor.ts';
import { damaged, expectTensor, find, type QuantisedModule } from './module.ts';

export interface Groups {
  /** Columns of each, as the engine takes it; 0 = the whole row. */
  readonly group: number;
  /** In a row. */
  readonly count: number;
}

/** `size`: columns of a group; null = the whole row. Throws UnsupportedError for a size that no kernel reads. */
export function groupsOf({ base, columns }: QuantisedModule, size: number | null): Groups {
  if (size === null || size >= columns) return { group: 0, count: 1 };
  if (size % 8 === 0) return { group: size, count: Math.ceil(columns / size) };
  throw new AppError(
    'UnsupportedError',
    `"${base}" is quantised in groups of ${size} columns. Supported: groups of a multiple of 8 columns, or whole rows.`,
  );
}

/** The size of groups that a count of them implies, where nothing states it. */
export function impliedSize({ base, columns }: QuantisedModule, count: number): number | null {
  if (count === 1) return null;
  if (count > 0 && columns % count === 0) return columns / count;
  throw new AppError(
    'FormatError',
    `Nothing says how large the groups of "${base}" are, and its ${count} scales a row do not divide its ${columns} ` +
      'columns. Add "group_size" to quantize_config.json beside the weights.',
  );
}

/**
 * Reads which group each column belongs to, where that is stored, and sorts the columns by it: order[i] is the column
 * that comes i-th. undefined where they are in order already.
 */
export async function readOrder(
  module: QuantisedModule,
  suffix: string,
  { group, count }: Groups,
  { minusOneMeansInOrder = false, signal }: { minusOneMeansInOrder?: boolean; signal?: AbortSignal | undefined } = {},
): Promise<Uint32Array<ArrayBuffer> | undefined> {
  const stored = find(module, suffix);
  if (stored === undefined) return undefined;
  const { columns } = module;
  const tensor = expectTensor(stored, ['I32'], [columns], 'the group of each input column');
  const words = toWords(await readWhole(tensor, signal));
  const groupOf = new Int32Array(words.buffer, words.byteOffset, words.length);
  if (minusOneMeansInOrder && groupOf.includes(-1)) return undefined;
  const outside = groupOf.findIndex((each) => each < 0 || each >= count);
  if (outside >= 0)
    damaged(tensor, `puts column ${outside} into group ${groupOf[outside]}, but there are groups 0 to ${count - 1}`);

  // Stable counting sort.
  const next = new Uint32Array(count + 1);
  for (const each of groupOf) next[each + 1]!++;
  const size = group === 0 ? columns : group;
  for (let each = 0; each < count; each++) {
    const expected = Math.min(size, columns - each * size);
    if (next[each + 1] !== expected)
      damaged(tensor, `puts ${next[each + 1]} columns into group ${each}, which holds ${expected}`);
    next[each + 1]! += next[each]!;
  }
  const order = new Uint32Array(columns);
  for (let column = 0; column < columns; column++) order[next[groupOf[column]!]!++] = column;
  return order.some((column, index) => column !== index) ? order : undefined;
}
