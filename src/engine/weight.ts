// A stored weight on the GPU: a matrix [rows, columns] in row shards, each below the binding limit, in the words it was
// stored in. Models and ops never see shards one by one except through `shards`.
import { AppError } from '../errors.ts';
import weightBf16 from '#shaders/lib/weight-bf16.wgsl?raw';
import weightF16 from '#shaders/lib/weight-f16.wgsl?raw';
import weightF32 from '#shaders/lib/weight-f32.wgsl?raw';
import type { Gpu } from './gpu.ts';
import type { Storage } from './pool.ts';

export type WeightFormat = 'F32' | 'F16' | 'BF16';

/** What a format is: the WGSL that reads it, and bytes per weight. */
export const weightFormats: Readonly<Record<WeightFormat, { readonly library: string; readonly bytes: number }>> = {
  F32: { library: weightF32, bytes: 4 },
  F16: { library: weightF16, bytes: 2 },
  BF16: { library: weightBf16, bytes: 2 },
};

export interface Shard {
  readonly firstRow: number;
  readonly rows: number;
  readonly storage: Storage;
}

export interface Weight {
  readonly name: string;
  readonly format: WeightFormat;
  readonly rows: number;
  readonly columns: number;
  /** Octets per row: columns padded with zeros to whole groups of eight. */
  readonly octets: number;
  readonly shards: readonly Shard[];
}

/** Where the bytes come from: rows [first, last) in the stored format, row-major and unpadded. */
export interface WeightData {
  readonly name: string;
  readonly format: WeightFormat;
  readonly rows: number;
  readonly columns: number;
  read(firstRow: number, lastRow: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** Bytes in flight at once while a weight is uploaded. */
const chunkBytes = 4 * 2 ** 20;

/** Streams a weight to the GPU; it is never whole in JS memory. */
export async function uploadWeight(
  gpu: Gpu,
  data: WeightData,
  onBytes: (bytes: number) => void = () => {},
): Promise<Weight> {
  const { bytes } = weightFormats[data.format];
  const octets = Math.ceil(data.columns / 8);
  const rowBytes = octets * 8 * bytes;
  const rowsPerShard = Math.floor(gpu.bindingCap / rowBytes);
  if (rowsPerShard === 0) {
    throw new AppError(
      'OutOfMemoryError',
      `${data.name}: one row takes ${rowBytes} bytes, but this GPU binds at most ${gpu.bindingCap} bytes at once.`,
    );
  }
  const shards: Shard[] = [];
  try {
    for (let firstRow = 0; firstRow < data.rows; firstRow += rowsPerShard) {
      const rows = Math.min(rowsPerShard, data.rows - firstRow);
      const storage = gpu.allocateForever(rows * rowBytes, data.name);
      shards.push({ firstRow, rows, storage });
      const step = Math.max(1, Math.floor(chunkBytes / rowBytes));
      for (let row = 0; row < rows; row += step) {
        const last = Math.min(rows, row + step);
        const stored = await data.read(firstRow + row, firstRow + last);
        gpu.write(storage, row * rowBytes, padRows(stored, last - row, data.columns * bytes, rowBytes));
        onBytes(stored.byteLength);
      }
    }
  } catch (error) {
    for (const { storage } of shards) storage.buffer.destroy();
    throw error;
  }
  return { name: data.name, format: data.format, rows: data.rows, columns: data.columns, octets, shards };
}

function padRows(stored: Uint8Array<ArrayBuffer>, rows: number, from: number, to: number): Uint8Array<ArrayBuffer> {
  if (from === to) return stored;
  const padded = new Uint8Array(rows * to);
  for (let row = 0; row < rows; row++) padded.set(stored.subarray(row * from, (row + 1) * from), row * to);
  return padded;
}

/** The buffer of a vector (a norm's scale, a bias), which is always one F32 shard. */
export function vectorOf(weight: Weight): Storage {
  if (weight.format !== 'F32' || weight.rows !== 1) {
    throw new AppError(
      'GpuError',
      `${weight.name}: expected a vector of F32, got ${weight.rows} rows of ${weight.format}.`,
    );
  }
  return weight.shards[0]!.storage;
}

export const weightBytes = (weight: Weight): number =>
  weight.shards.reduce((sum, { storage }) => sum + storage.bytes, 0);

export function destroyWeight(weight: Weight): void {
  for (const { storage } of weight.shards) storage.buffer.destroy();
}
