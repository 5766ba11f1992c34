// Planned tensors → the files of a checkpoint: safetensors of at most five gigabytes, as transformers cuts them, with an
// index where there are several. Numbers are made and written piece by piece.
import type { RealCheckpoint } from './real-checkpoints.ts';
import { bytesOfTensor, bytesPerEntry, piecesOf, type PlannedTensor } from './planned-tensor.ts';

/** A file that grows at its end. */
export interface GrowingFile {
  append(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export interface NewFolder {
  create(name: string): Promise<GrowingFile>;
}

export interface WriteOptions {
  readonly seed: number;
  /** Of the weights of one file. */
  readonly shardBytes?: number;
}

export async function writeCheckpoint(
  folder: NewFolder,
  { files, tensors, indexed = false }: RealCheckpoint,
  { seed, shardBytes = 5e9 }: WriteOptions,
): Promise<void> {
  const shards = cut(tensors, shardBytes);
  const numbered = (index: number): string => String(index).padStart(5, '0');
  const nameOf = (index: number): string =>
    shards.length === 1
      ? 'model.safetensors'
      : `model-${numbered(index + 1)}-of-${numbered(shards.length)}.safetensors`;
  for (const [index, shard] of shards.entries()) await writeShard(folder, nameOf(index), shard, seed);
  if (indexed || shards.length > 1) {
    const map = shards.flatMap((shard, index) => shard.map(({ name }) => [name, nameOf(index)] as const));
    const weights = { metadata: { total_size: sum(tensors) }, weight_map: Object.fromEntries(map) };
    await writeText(folder, 'model.safetensors.index.json', weights);
  }
  // Last, so that a folder with a configuration is whole.
  for (const [name, content] of Object.entries(files)) await writeText(folder, name, content);
}

const sum = (tensors: readonly PlannedTensor[]): number =>
  tensors.reduce((bytes, tensor) => bytes + bytesOfTensor(tensor), 0);

/** In the order of the model; a file is full when the next tensor does not fit. */
function cut(tensors: readonly PlannedTensor[], shardBytes: number): PlannedTensor[][] {
  const shards: PlannedTensor[][] = [[]];
  for (const tensor of tensors) {
    const shard = shards.at(-1)!;
    if (shard.length > 0 && sum(shard) + bytesOfTensor(tensor) > shardBytes) shards.push([tensor]);
    else shard.push(tensor);
  }
  return shards;
}

async function writeShard(
  folder: NewFolder,
  name: string,
  tensors: readonly PlannedTensor[],
  seed: number,
): Promise<void> {
  // Wider types first, then by name: the order of the safetensors library.
  const sorted = tensors.toSorted(
    (a, b) => bytesPerEntry[b.dtype] - bytesPerEntry[a.dtype] || (a.name < b.name ? -1 : 1),
  );
  let end = 0;
  const entries = sorted.map((tensor) => {
    const begin = end;
    end += bytesOfTensor(tensor);
    return [tensor.name, { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [begin, end] }] as const;
  });
  const text = JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(entries) });
  // Data begins at a multiple of 8 bytes.
  const header = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 8) * 8));
  const length = new Uint8Array(BigUint64Array.of(BigInt(header.length)).buffer);
  const file = await folder.create(name);
  try {
    await file.append(length);
    await file.append(header);
    for (const tensor of sorted) for (const piece of piecesOf(tensor, seed)) await file.append(piece);
  } finally {
    await file.close();
  }
}

async function writeText(folder: NewFolder, name: string, content: object): Promise<void> {
  const file = await folder.create(name);
  try {
    await file.append(new TextEncoder().encode(`${JSON.stringify(content, null, 2)}\n`));
  } finally {
    await file.close();
  }
}
