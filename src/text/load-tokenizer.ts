// Reads a model folder's tokenizer files.
import { AppError } from '../errors.ts';
import { readJson } from '../load/json.ts';
import type { Source } from '../load/source.ts';
import type { JsonObject } from '../models/model.ts';
import { createTokenizer } from './hugging-face.ts';
import type { Tokenizer } from './tokenizer.ts';

/** null where the folder has no tokenizer.json. */
export async function loadTokenizer(source: Source, signal?: AbortSignal): Promise<Tokenizer | null> {
  const json = await readTokenizerFile(source, 'tokenizer.json', signal);
  if (json === null) return null;
  const config = await readTokenizerFile(source, 'tokenizer_config.json', signal);
  const names = await readTokenizerFile(source, 'special_tokens_map.json', signal);
  return createTokenizer(json, { ...names, ...config });
}

async function readTokenizerFile(source: Source, name: string, signal?: AbortSignal): Promise<JsonObject | null> {
  try {
    return await readJson(source, name, signal);
  } catch (error) {
    if (!(error instanceof AppError) || error.name !== 'FormatError') throw error;
    throw new AppError('TokenizerError', error.message, { cause: error });
  }
}
