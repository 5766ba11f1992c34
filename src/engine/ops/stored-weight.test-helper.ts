// Weights for tests: a matrix rounded to a storage format, on the GPU and as the float64 numbers those bytes stand for.
import { toFloat32 } from '../../load/decode.ts';
import type { Gpu } from '../gpu.ts';
import type { Matrix } from '../matrix.ts';
import type { DenseFormat } from '../weight-data.ts';
import { uploadWeight, type Weight } from '../weight.ts';

export interface StoredWeight {
  readonly weight: Weight;
  readonly decoded: Matrix;
}

/** In shards of at most shardBytes where that is given. */
export async function storedWeight(
  gpu: Gpu,
  matrix: Matrix,
  format: DenseFormat = 'F32',
  shardBytes?: number,
): Promise<StoredWeight> {
  const bytes = encode(matrix.data, format);
  const rowBytes = bytes.length / matrix.rows;
  const read = async (first: number, last: number) => bytes.slice(first * rowBytes, last * rowBytes);
  const data = { name: `${format} weight`, format, rows: matrix.rows, columns: matrix.width, read };
  const cap = gpu.bindingCap;
  if (shardBytes !== undefined) gpu.bindingCap = shardBytes;
  try {
    const weight = await uploadWeight(gpu, data);
    return { weight, decoded: { ...matrix, data: Float64Array.from(toFloat32(bytes, format)) } };
  } finally {
    gpu.bindingCap = cap;
  }
}

/** Rounded towards zero; below the normal halves, to zero. */
function encode(values: Float64Array, format: DenseFormat): Uint8Array<ArrayBuffer> {
  const floats = Float32Array.from(values);
  if (format === 'F32') return new Uint8Array(floats.buffer);
  const bits = new Uint32Array(floats.buffer);
  const half = (word: number): number => {
    const sign = (word >>> 16) & 0x8000;
    return ((word >>> 23) & 255) < 113 ? sign : sign | (((word & 0x7fffffff) >>> 13) - (112 << 10));
  };
  return new Uint8Array(Uint16Array.from(bits, format === 'BF16' ? (word) => word >>> 16 : half).buffer);
}
