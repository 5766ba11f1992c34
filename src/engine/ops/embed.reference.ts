// Embedding: row ids[t] of the table. The row itself is the leaf at which relevance is read, so nothing goes further
// back: ids are no activations.
import { at, generate, type Matrix } from '../matrix.ts';

type Inputs = readonly [ids: Matrix];
interface Parameters {
  readonly table: Matrix;
}

export function forward([ids]: Inputs, { table }: Parameters): Matrix {
  return generate(ids.rows, table.width, (row, column) => at(table, at(ids, row, 0), column));
}

export function relevance(): Matrix[] {
  return [];
}

export function derivative(): Matrix[] {
  return [];
}
