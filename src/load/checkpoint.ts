// The tensors of a model folder, from one safetensors file or from an index with shards. Reads headers only; weights
// are fetched row by row when asked for.
import { AppError } from '../errors.ts';
import { readJson } from './json.ts';
import { readHeader, type Dtype } from './safetensors.ts';
import type { Source, SourceFile } from './source.ts';

export interface StoredTensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly file: SourceFile;
  /** Bytes [start, end) of the file. */
  readonly start: number;
  readonly end: number;
}

export interface Checkpoint {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Of all tensors. */
  readonly totalBytes: number;
}

const singleFile = 'model.safetensors';
const indexFile = 'model.safetensors.index.json';

export async function openCheckpoint(source: Source, signal?: AbortSignal): Promise<Checkpoint> {
  const single = await source.open(singleFile, signal);
  if (single !== null) return collect([await openFile(single, signal)]);
  const shardOf = await readIndex(source, signal);
  if (shardOf === null) throw new AppError('SourceError', await explainNothing(source, signal));
  const names = [...new Set(shardOf.values())];
  const shards = await Promise.all(names.map((name) => openShard(source, name, signal)));
  const checkpoint = collect(shards);
  for (const [tensor, shard] of shardOf) {
    if (checkpoint.tensors.get(tensor)?.file.name === shard) continue;
    throw new AppError(
      'FormatError',
      `${indexFile} says that tensor "${tensor}" is in ${shard}, but that file does not hold it. ` +
        'The index and the shards belong to different versions; download the folder again.',
    );
  }
  return checkpoint;
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

async function openFile(file: SourceFile, signal?: AbortSignal): Promise<readonly StoredTensor[]> {
  const { tensors } = await readHeader(file, signal);
  return tensors.map((tensor) => ({ ...tensor, file }));
}

async function openShard(source: Source, name: string, signal?: AbortSignal): Promise<readonly StoredTensor[]> {
  const file = await source.open(name, signal);
  if (file !== null) return openFile(file, signal);
  throw new AppError(
    'SourceError',
    `${source.name} lacks ${name}, which ${indexFile} names. Put all shards of the model into the folder.`,
  );
}

function collect(files: readonly (readonly StoredTensor[])[]): Checkpoint {
  const tensors = new Map<string, StoredTensor>();
  let totalBytes = 0;
  for (const tensor of files.flat()) {
    const other = tensors.get(tensor.name);
    if (other !== undefined) {
      throw new AppError(
        'FormatError',
        `Tensor "${tensor.name}" is in ${other.file.name} and again in ${tensor.file.name}. ` +
          'The shards belong to different versions; download the folder again.',
      );
    }
    tensors.set(tensor.name, tensor);
    totalBytes += tensor.end - tensor.start;
  }
  return { tensors, totalBytes };
}

async function readIndex(source: Source, signal?: AbortSignal): Promise<ReadonlyMap<string, string> | null> {
  const index = await readJson(source, indexFile, signal);
  if (index === null) return null;
  const map = index['weight_map'];
  if (typeof map !== 'object' || map === null || Array.isArray(map) || Object.keys(map).length === 0) {
    throw new AppError(
      'FormatError',
      `${indexFile} must hold "weight_map", an object from tensor names to file names.`,
    );
  }
  return new Map(
    Object.entries(map).map(([tensor, shard]) => {
      // A path could leave the folder.
      if (typeof shard === 'string' && /^[^/\\:]+\.safetensors$/.test(shard)) return [tensor, shard];
      throw new AppError(
        'FormatError',
        `${indexFile} maps tensor "${tensor}" to ${JSON.stringify(shard)}, ` +
          'but a safetensors file of the same folder is expected.',
      );
    }),
  );
}

async function explainNothing(source: Source, signal?: AbortSignal): Promise<string> {
  const missing = `${source.name} holds neither ${singleFile} nor ${indexFile}`;
  const listed = (await source.list?.()) ?? [];
  const probed = await Promise.all(
    ['pytorch_model.bin', 'pytorch_model.bin.index.json'].map(async (name) =>
      listed.length === 0 && (await source.open(name, signal)) !== null ? [name] : [],
    ),
  );
  const other = [...listed, ...probed.flat()].find((name) =>
    /(\.gguf|\.pth|^pytorch_model.*\.bin(\.index\.json)?)$/.test(name),
  );
  if (other !== undefined) return `${missing}, but ${other}. Convert the model to safetensors first.`;
  const safetensors = listed.filter((name) => name.endsWith('.safetensors'));
  if (safetensors.length > 0) {
    const found = safetensors.slice(0, 4).join(', ');
    return `${missing}, but ${found}. Rename a single file to ${singleFile}, or add the index.`;
  }
  return `${missing}. Choose a folder with the safetensors weights of a model.`;
}
