// A tensor where it lies: a range of bytes in one of the checkpoint's files, read row by row or in strips of columns.
import { AppError } from '../errors.ts';
import type { Dtype } from './safetensors.ts';
import type { SourceFile } from './source.ts';

export interface StoredTensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly file: SourceFile;
  /** Bytes [start, end) of the file. */
  readonly start: number;
  readonly end: number;
}

/** Bytes of the rows [firstRow, endRow), a row being an index of the first dimension. A vector is one row. */
export async function readRows(
  tensor: StoredTensor,
  firstRow: number,
  endRow: number,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const rows = tensor.shape.length < 2 ? 1 : tensor.shape[0]!;
  if (!Number.isInteger(firstRow) || !Number.isInteger(endRow) || firstRow < 0 || firstRow > endRow || endRow > rows) {
    throw new AppError(
      'UsageError',
      `Rows ${firstRow} to ${endRow} of tensor "${tensor.name}" were asked for, but it has ${rows} rows.`,
    );
  }
  const bytesPerRow = rows === 0 ? 0 : (tensor.end - tensor.start) / rows;
  return tensor.file.read(tensor.start + firstRow * bytesPerRow, tensor.start + endRow * bytesPerRow, signal);
}

/** All bytes, for tensors that are small. */
export function readWhole({ file, start, end }: StoredTensor, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  return file.read(start, end, signal);
}
