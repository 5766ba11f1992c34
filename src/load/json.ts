// Reads the JSON files of a model folder and says in a sentence where one is broken.
import { AppError } from '../errors.ts';
import type { Json, JsonObject } from '../models/model.ts';
import { foreignContent } from './foreign.ts';
import { firstJsonError, lineAndColumn } from './json-position.ts';
import type { Source } from './source.ts';

/** The object in that file, or null where there is no such file. */
export async function readJson(source: Source, name: string, signal?: AbortSignal): Promise<JsonObject | null> {
  const file = await source.open(name, signal);
  if (file === null) return null;
  return parseJsonObject(await file.read(0, file.size, signal), name);
}

export function parseJsonObject(bytes: Uint8Array, name: string): JsonObject {
  const foreign = foreignContent(bytes);
  if (foreign !== null) throw new AppError('FormatError', `${name} ${foreign}.`);
  const value = parse(decodeUtf8(bytes, name), name);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    const found = value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
    throw new AppError('FormatError', `${name} must hold a JSON object, but holds ${found}.`);
  }
  return value as JsonObject;
}

function decodeUtf8(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('FormatError', `${name} is not UTF-8 text; copy or download it again.`, { cause });
  }
}

function parse(text: string, name: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new AppError('FormatError', explain(text, name), { cause });
  }
}

function explain(text: string, name: string): string {
  if (text.trim() === '') return `${name} is empty; copy or download it again.`;
  const offset = firstJsonError(text);
  const place = `${name} is not valid JSON at ${lineAndColumn(text, offset)}`;
  if (offset >= text.length) return `${place}: the text ends too early. Copy or download the file again.`;
  const number = /^-?(NaN|Infinity)/.exec(text.slice(offset, offset + 9));
  if (number !== null) {
    return `${place}: ${number[0]} is no JSON number (Python writes it). Replace it by an ordinary number or null.`;
  }
  return `${place}: ${JSON.stringify(text.slice(offset, offset + 12))} is unexpected there.`;
}
