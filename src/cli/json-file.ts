// A JSON file that a flag names.
import { AppError } from '../errors.ts';
import type { Context } from './command.ts';

/** A byte order mark is no part of it. */
export async function readJsonFile(path: string, context: Context): Promise<unknown> {
  try {
    return JSON.parse((await context.readText(path)).replace(/^\uFEFF/, ''));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('SourceError', `${path} cannot be read as JSON: ${reason}`, { cause: error });
  }
}
