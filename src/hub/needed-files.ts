// Which files of a repository a model is made of. The same weights often lie there several times, in other formats and
// for other programs; only what is read here is downloaded.
import { AppError } from '../errors.ts';
import type { JsonObject } from '../models/model.ts';
import type { RemoteFile, RemoteModel } from './list-model.ts';

export interface NeededFile extends RemoteFile {
  /** What the model's readers call it; the path differs where the only weights have a name of their own. */
  readonly name: string;
}

const indexFile = 'model.safetensors.index.json';
const weightsFile = 'model.safetensors';

/** Everything but weights that the loader, the tokenizer, the chat and the quantised formats read. */
const smallFiles: ReadonlySet<string> = new Set([
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'chat_template.jinja',
  'chat_template.json',
  'preprocessor_config.json',
  'labels.txt',
  'quantize_config.json',
  'quant_config.json',
]);

/** Small files first: what is wrong with a model shows there. `readIndex` is called where the index decides. */
export async function neededFiles(
  model: RemoteModel,
  readIndex: (file: RemoteFile) => Promise<JsonObject>,
): Promise<NeededFile[]> {
  const { files, address } = model;
  const small = files.filter(({ path }) => smallFiles.has(path));
  const weights = await weightFiles(model, readIndex);
  if (!small.some(({ path }) => path === 'config.json')) {
    throw new AppError(
      'SourceError',
      `${address.id} has no config.json, so nothing says what its weights mean. Give a model in the transformers format.`,
    );
  }
  return [...small.map((file) => ({ ...file, name: file.path })), ...weights];
}

async function weightFiles(
  model: RemoteModel,
  readIndex: (file: RemoteFile) => Promise<JsonObject>,
): Promise<NeededFile[]> {
  const { files, address } = model;
  const byPath = new Map(files.map((file) => [file.path, file]));
  const named = (file: RemoteFile, name = file.path): NeededFile => ({ ...file, name });
  const single = byPath.get(weightsFile);
  const index = byPath.get(indexFile);
  if (index) {
    const shards = shardsOf(await readIndex(index));
    const missing = shards.filter((shard) => !byPath.has(shard));
    if (missing.length === 0) return [named(index), ...shards.map((shard) => named(byPath.get(shard)!))];
    if (!single) {
      throw new AppError(
        'SourceError',
        `${address.id} lacks ${missing.slice(0, 4).join(', ')}, which its ${indexFile} names. The repository is ` +
          'incomplete; its owner has to upload the rest.',
      );
    }
  }
  if (single) return [named(single)];
  const safetensors = files.filter(({ path }) => path.endsWith('.safetensors'));
  const [only, ...others] = safetensors;
  if (only && others.length === 0 && only.path !== 'adapter_model.safetensors') return [named(only, weightsFile)];
  throw new AppError('SourceError', explainNothing(model, safetensors));
}

function shardsOf(index: JsonObject): string[] {
  const map = index['weight_map'];
  const shards = typeof map === 'object' && map !== null && !Array.isArray(map) ? Object.values(map) : [];
  if (shards.length > 0 && shards.every((shard) => typeof shard === 'string')) return [...new Set(shards as string[])];
  throw new AppError('FormatError', `${indexFile} must hold "weight_map", an object from tensor names to file names.`);
}

function explainNothing({ address, files }: RemoteModel, safetensors: readonly RemoteFile[]): string {
  if (files.some(({ path }) => path === 'adapter_model.safetensors')) {
    return `${address.id} is an adapter (LoRA), not a whole model. Give a model with the adapter merged into it.`;
  }
  if (safetensors.length > 0) {
    const found = safetensors.slice(0, 4).map(({ path }) => path);
    return (
      `${address.id} has neither ${weightsFile} nor ${indexFile}, and several other weight files (${found.join(', ')}). ` +
      'Which of them is the model cannot be told.'
    );
  }
  const other = files.find(({ path }) => /\.(gguf|bin|pth?|onnx|h5|msgpack)$/.test(path));
  const found = other ? `, but ${other.path}` : '';
  return `${address.id} has no safetensors weights${found}. Look for another upload of the model, or convert it first.`;
}
