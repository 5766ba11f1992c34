// A JSON file that a flag names.
import { AppError } from '../errors.ts';
import type { Context } from './command.ts';

/** A byte order mark is no part of it. */
export async function readJsonFile(path: string, context: Context): Promise<unknown> {
  const text = await context.readText(path).catch((cause: unknown) => {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const sentence = missing ? `The file ${path} does not exist.` : `${path} cannot be read: ${reasonOf(cause)}`;
    throw new AppError('SourceError', sentence, { cause });
  });
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new AppError('SourceError', `${path} cannot be read as JSON: ${reasonOf(cause)}`, { cause });
  }
}

const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
