// A stored weight on the GPU: a matrix [rows, columns] in row shards, each below the binding limit, in the words it was
// stored in. Matrices that share an input may lie on top of each other as one weight (stack.ts); where they are stored
// in different ways, so are its shards.
import { AppError } from '../errors.ts';
import type { Gpu } from './gpu.ts';
import type { Storage } from './pool.ts';
import { denseBytes, isQuantised, type DenseData, type QuantisedData, type WeightData } from './weight-data.ts';
import { layoutOf, type Plane, type WeightLayout } from './weight-layout.ts';

export interface Shard {
  readonly firstRow: number;
  readonly rows: number;
  readonly layout: WeightLayout;
  /** Numbers, or codes. */
  readonly storage: Storage;
  /** What the codes stand for; null for numbers. */
  readonly groups: Storage | null;
  /** Stored column i belongs to input order[i]; null where they are in their own order. Shards may share it. */
  readonly order: Storage | null;
}

export interface Weight {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Without gaps, the first rows first. */
  readonly shards: readonly Shard[];
}

/** Bytes in flight at once while a weight is uploaded. */
const chunkBytes = 4 * 2 ** 20;

/** A plane of a weight with the bytes of its rows [first, last) as they lie on the GPU. */
interface Filled extends Plane {
  read(firstRow: number, lastRow: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** Streams a weight to the GPU; it is never whole in JS memory. onBytes adds up to bytesOfData. */
export async function uploadWeight(
  gpu: Gpu,
  data: WeightData,
  onBytes: (bytes: number) => void = () => {},
): Promise<Weight> {
  const { name, format, rows, columns } = data;
  const layout = layoutOf(format, columns);
  const planes = planesOf(data, layout, onBytes);
  const step = Math.min(layout.rowStep, rows);
  const rowsPerShard = step * Math.min(...planes.map((plane) => stepsThatFit(gpu, plane, step, name)));
  const shards: Shard[] = [];
  const made: Storage[] = [];
  const allocate = (bytes: number, label: string): Storage => {
    const storage = gpu.allocateForever(bytes, label);
    made.push(storage);
    return storage;
  };
  try {
    const order = isQuantised(data) && data.order ? allocate(columns * 4, `${name} order`) : null;
    if (order) gpu.write(order, 0, orderOf(data as QuantisedData));
    for (let firstRow = 0; firstRow < rows; firstRow += rowsPerShard) {
      const shard = { firstRow, rows: Math.min(rowsPerShard, rows - firstRow), layout, order };
      const [storage, groups = null] = planes.map(({ header, bytes }) =>
        allocate(header.length + bytes(shard.rows), name),
      );
      shards.push({ ...shard, storage: storage!, groups });
      await fillShard(gpu, shards.at(-1)!, planes, layout.rowStep);
    }
    return { name, rows, columns, shards };
  } catch (error) {
    for (const { buffer } of made) buffer.destroy();
    throw error;
  }
}

function stepsThatFit({ bindingCap }: Gpu, { header, bytes }: Plane, step: number, name: string): number {
  const steps = Math.floor((bindingCap - header.length) / bytes(step));
  if (steps > 0) return steps;
  const what = step === 1 ? 'one row takes' : `${step} rows, which share blocks, take`;
  throw new AppError(
    'OutOfMemoryError',
    `${name}: ${what} ${header.length + bytes(step)} bytes, but this GPU binds at most ${bindingCap} bytes at once.`,
  );
}

async function fillShard(gpu: Gpu, shard: Shard, planes: readonly Filled[], rowStep: number): Promise<void> {
  const { firstRow, rows, storage, groups } = shard;
  const storages = [storage, groups];
  planes.forEach(({ header }, index) => {
    if (header.length > 0) gpu.write(storages[index]!, 0, header);
  });
  const largest = Math.max(...planes.map(({ bytes }) => bytes(rowStep)));
  const rowsAtOnce = rowStep * Math.max(1, Math.floor(chunkBytes / largest));
  for (let row = 0; row < rows; row += rowsAtOnce) {
    const end = Math.min(rows, row + rowsAtOnce);
    for (const [index, plane] of planes.entries()) {
      const bytes = await plane.read(firstRow + row, firstRow + end);
      gpu.write(storages[index]!, plane.header.length + plane.bytes(row), bytes);
    }
  }
}

function planesOf(data: WeightData, layout: WeightLayout, onBytes: (bytes: number) => void): Filled[] {
  const counted = async (bytes: Promise<Uint8Array<ArrayBuffer>>): Promise<Uint8Array<ArrayBuffer>> => {
    const read = await bytes;
    onBytes(read.length);
    return read;
  };
  const { words, groups } = layout;
  const rowBytes = rowBytesOf(data);
  const padded = async (bytes: Promise<Uint8Array<ArrayBuffer>>, rows: number): Promise<Uint8Array<ArrayBuffer>> =>
    padRows(await counted(bytes), rows, rowBytes, words.bytes(1));
  if (!isQuantised(data)) return [{ ...words, read: (first, last) => padded(data.read(first, last), last - first) }];
  return [
    { ...words, read: (first, last) => padded(data.readCodes(first, last), last - first) },
    { ...groups!, read: (first, last) => counted(data.readGroups(first, last)) },
  ];
}

/** Of the numbers or codes of one row as they are read, unpadded. */
const rowBytesOf = (data: WeightData): number =>
  isQuantised(data) ? Math.ceil(data.columns / 8) * data.format.bits : data.columns * denseBytes[data.format];

/** Bytes that uploadWeight will read. */
export function bytesOfData(data: DenseData | QuantisedData): number {
  const groups = layoutOf(data.format, data.columns).groups?.bytes(data.rows) ?? 0;
  return data.rows * rowBytesOf(data) + groups;
}

function padRows(stored: Uint8Array<ArrayBuffer>, rows: number, from: number, to: number): Uint8Array<ArrayBuffer> {
  if (from === to) return stored;
  const padded = new Uint8Array(rows * to);
  for (let row = 0; row < rows; row++) padded.set(stored.subarray(row * from, (row + 1) * from), row * to);
  return padded;
}

function orderOf({ name, columns, order = new Uint32Array() }: QuantisedData): Uint32Array<ArrayBuffer> {
  const places = new Set(order);
  if (order.length === columns && places.size === columns && order.every((place) => place < columns)) return order;
  throw new AppError('FormatError', `${name}: the order of its ${columns} columns must name each of them once.`);
}

/** The buffer of a vector (a norm's scale, a bias), which is always one F32 shard. */
export function vectorOf({ name, rows, shards }: Weight): Storage {
  const { layout, storage } = shards[0]!;
  if (layout.name !== 'F32' || rows !== 1) {
    throw new AppError('GpuError', `${name}: expected a vector of F32, got ${rows} rows of ${layout.name}.`);
  }
  return storage;
}

const storagesOf = ({ shards }: Weight): Set<Storage> =>
  new Set(shards.flatMap(({ storage, groups, order }) => [storage, groups, order]).filter((each) => each !== null));

export const weightBytes = (weight: Weight): number =>
  [...storagesOf(weight)].reduce((sum, { bytes }) => sum + bytes, 0);

export function destroyWeight(weight: Weight): void {
  for (const { buffer } of storagesOf(weight)) buffer.destroy();
}
