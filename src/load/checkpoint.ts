// The tensors of a model folder, from one safetensors file or from an index with shards. Reads headers only; weights
// are fetched row by row when asked for.
import { AppError } from '../errors.ts';
import { readJson } from './json.ts';
import type { QuantisedScheme } from './quantised/module.ts';
import { recogniseQuantisation } from './quantised/recognise.ts';
import { readHeader } from './safetensors.ts';
import type { Source, SourceFile } from './source.ts';
import type { StoredTensor } from './stored-tensor.ts';

export interface Checkpoint {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Of all tensors. */
  readonly totalBytes: number;
  /** How its quantised layers are stored; null where nothing points to any. */
  readonly quantisation: QuantisedScheme | null;
}

const singleFile = 'model.safetensors';
const indexFile = 'model.safetensors.index.json';

export async function openCheckpoint(source: Source, signal?: AbortSignal): Promise<Checkpoint> {
  const tensors = await openTensors(source, signal);
  const totalBytes = [...tensors.values()].reduce((sum, { start, end }) => sum + end - start, 0);
  return { tensors, totalBytes, quantisation: await recogniseQuantisation(source, tensors, signal) };
}

type Tensors = ReadonlyMap<string, StoredTensor>;

async function openTensors(source: Source, signal?: AbortSignal): Promise<Tensors> {
  const single = await source.open(singleFile, signal);
  if (single !== null) return collect([await openFile(single, signal)]);
  const shards = await openShards(source, indexFile, signal);
  if (shards !== null) return shards;
  const other = await findOther(source, signal);
  const renamed = other === null ? null : await source.open(other, signal);
  if (other === null || renamed === null) throw new AppError('SourceError', await explainNothing(source, signal));
  return other.endsWith('.json')
    ? (await openShards(source, other, signal))!
    : collect([await openFile(renamed, signal)]);
}

/** null where there is no such index. */
async function openShards(source: Source, index: string, signal?: AbortSignal): Promise<Tensors | null> {
  const shardOf = await readIndex(source, index, signal);
  if (shardOf === null) return null;
  const names = [...new Set(shardOf.values())];
  const tensors = collect(await Promise.all(names.map((name) => openShard(source, name, index, signal))));
  for (const [tensor, shard] of shardOf) {
    if (tensors.get(tensor)?.file.name === shard) continue;
    throw new AppError(
      'FormatError',
      `${index} says that tensor "${tensor}" is in ${shard}, but that file does not hold it. ` +
        'The index and the shards belong to different versions; download the folder again.',
    );
  }
  return tensors;
}

/** Quantisers name files after their settings: the only weights or the only index of the folder, where that is clear. */
async function findOther(source: Source, signal?: AbortSignal): Promise<string | null> {
  const listed = (await source.list?.()) ?? [];
  for (const ending of ['.safetensors.index.json', '.safetensors']) {
    const [name, ...others] = listed.filter((each) => each.endsWith(ending));
    if (name !== undefined) return others.length === 0 ? name : null;
  }
  if (listed.length > 0) return null;
  const base = (await readJson(source, 'quantize_config.json', signal))?.['model_file_base_name'];
  // A path could leave the folder.
  return typeof base === 'string' && /^[^/\\:]+$/.test(base) ? `${base}.safetensors` : null;
}

async function openFile(file: SourceFile, signal?: AbortSignal): Promise<readonly StoredTensor[]> {
  const { tensors } = await readHeader(file, signal);
  return tensors.map((tensor) => ({ ...tensor, file }));
}

async function openShard(
  source: Source,
  name: string,
  index: string,
  signal?: AbortSignal,
): Promise<readonly StoredTensor[]> {
  const file = await source.open(name, signal);
  if (file !== null) return openFile(file, signal);
  throw new AppError(
    'SourceError',
    `${source.name} lacks ${name}, which ${index} names. Put all shards of the model into the folder.`,
  );
}

function collect(files: readonly (readonly StoredTensor[])[]): Tensors {
  const tensors = new Map<string, StoredTensor>();
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
  }
  return tensors;
}

async function readIndex(
  source: Source,
  name: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string> | null> {
  const index = await readJson(source, name, signal);
  if (index === null) return null;
  const map = index['weight_map'];
  if (typeof map !== 'object' || map === null || Array.isArray(map) || Object.keys(map).length === 0) {
    throw new AppError('FormatError', `${name} must hold "weight_map", an object from tensor names to file names.`);
  }
  return new Map(
    Object.entries(map).map(([tensor, shard]) => {
      // A path could leave the folder.
      if (typeof shard === 'string' && /^[^/\\:]+\.safetensors$/.test(shard)) return [tensor, shard];
      throw new AppError(
        'FormatError',
        `${name} maps tensor "${tensor}" to ${JSON.stringify(shard)}, ` +
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
    return `${missing}, but ${found}. Add the index, which says what is in which file, or leave a single file.`;
  }
  return `${missing}. Choose a folder with the safetensors weights of a model.`;
}
