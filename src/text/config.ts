// Typed access to the fields of tokenizer.json, with a sentence where one has the wrong kind.
import { AppError } from '../errors.ts';
import type { Json, JsonObject } from '../models/model.ts';

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object, or null where the field is null or missing. */
export function objectAt(config: JsonObject, key: string): JsonObject | null {
  const value = config[key] ?? null;
  return value === null || isObject(value) ? value : refuse(key, value, 'an object');
}

/** A list of objects; missing counts as empty. */
export function objectsAt(config: JsonObject, key: string): readonly JsonObject[] {
  const value = config[key] ?? [];
  return Array.isArray(value) && value.every(isObject) ? value : refuse(key, value, 'a list of objects');
}

export function stringAt(config: JsonObject, key: string): string {
  const value = config[key];
  return typeof value === 'string' ? value : refuse(key, value, 'a string');
}

export function numberAt(config: JsonObject, key: string): number {
  const value = config[key];
  return typeof value === 'number' ? value : refuse(key, value, 'a number');
}

export function refuse(key: string, value: Json | undefined, expected: string): never {
  const found = JSON.stringify(value)?.slice(0, 60) ?? 'nothing';
  throw new AppError('TokenizerError', `tokenizer.json holds ${found} as "${key}" where ${expected} is expected.`);
}

export function unsupported(kind: string, type: Json | undefined): never {
  throw new AppError(
    'TokenizerError',
    `tokenizer.json uses the ${kind} ${JSON.stringify(type)}, which is not supported.`,
  );
}
