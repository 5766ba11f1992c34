// What flows between ops on the GPU: a row-major matrix of f32 (or u32 ids) in a pooled buffer. Of a key/value cache in f16
// the buffer has half the bytes, and only kernels that know it read it.
import { AppError } from '../errors.ts';
import type { Storage } from './pool.ts';

export interface Tensor {
  readonly storage: Storage;
  readonly rows: number;
  readonly width: number;
  /** Columns at the start of every row that are known to hold zeros: those of a multiplier where nothing comes back. */
  readonly zeros?: number;
}

export const bytesOf = (tensor: Pick<Tensor, 'rows' | 'width'>): number => tensor.rows * tensor.width * 4;

/** Throws where two tensors of an op should have one shape and do not. */
export function expectShape(op: string, name: string, tensor: Tensor, rows: number, width: number): void {
  if (tensor.rows !== rows || tensor.width !== width) {
    throw new AppError(
      'GpuError',
      `${op}: ${name} has shape [${tensor.rows}, ${tensor.width}], expected [${rows}, ${width}].`,
    );
  }
}
