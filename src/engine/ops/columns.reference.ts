// Some columns of a matrix by themselves: what is copied carries its relevance with it.
import { at, generate, type Matrix } from '../matrix.ts';

type Inputs = readonly [x: Matrix];
interface Parameters {
  readonly first: number;
  readonly count: number;
}

export function forward([x]: Inputs, { first, count }: Parameters): Matrix {
  return generate(x.rows, count, (row, column) => at(x, row, first + column));
}

export function relevance(output: Matrix, [x]: Inputs, { first, count }: Parameters): Matrix[] {
  const inside = (column: number): boolean => column >= first && column < first + count;
  return [generate(x.rows, x.width, (row, column) => (inside(column) ? at(output, row, column - first) : 0))];
}

export const derivative = relevance;
