// Float64 matrices for the references: plain data, and as little around it as they need.

export interface Matrix {
  readonly rows: number;
  readonly width: number;
  /** Row-major. */
  readonly data: Float64Array;
}

export function zeros(rows: number, width: number): Matrix {
  return { rows, width, data: new Float64Array(rows * width) };
}

/** Each entry from its row and column. */
export function generate(rows: number, width: number, entry: (row: number, column: number) => number): Matrix {
  const data = Float64Array.from({ length: rows * width }, (_, index) =>
    entry(Math.floor(index / width), index % width),
  );
  return { rows, width, data };
}

export function at(matrix: Matrix, row: number, column: number): number {
  return matrix.data[row * matrix.width + column]!;
}

export function addAt(matrix: Matrix, row: number, column: number, value: number): void {
  matrix.data[row * matrix.width + column]! += value;
}

export function total(matrix: Matrix): number {
  return matrix.data.reduce((sum, value) => sum + value, 0);
}

export function rowTotals(matrix: Matrix): number[] {
  return Array.from({ length: matrix.rows }, (_, row) =>
    matrix.data.subarray(row * matrix.width, (row + 1) * matrix.width).reduce((sum, value) => sum + value, 0),
  );
}

/** part / whole, and 0 where the whole is 0: an output of 0 has no relevance to give (epsilon rule, eps → 0). */
export function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
