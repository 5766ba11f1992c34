// Ids that a model can take: within its vocabulary, at least one, no more than fit.
import { AppError } from '../errors.ts';
import type { LoadedModel } from './loaded-model.ts';

export function checkIds(ids: readonly number[], loaded: LoadedModel): void {
  if (ids.length === 0) {
    throw new AppError('ContextError', 'There is no token to start from: type something, or give at least one id.');
  }
  if (ids.length > loaded.context) {
    const limit = `at most ${loaded.context}${loaded.context < loaded.model.contextLength ? ' on this device' : ''}`;
    throw new AppError(
      'ContextError',
      `The text has ${ids.length} tokens, but this model takes ${limit}. Use a shorter text.`,
    );
  }
  checkVocabulary(ids, loaded);
}

/** null stands for a choice that was left open. */
export function checkVocabulary(ids: readonly (number | null)[], { model }: LoadedModel): void {
  for (const id of ids) {
    if (id === null || (Number.isInteger(id) && id >= 0 && id < model.vocabularySize)) continue;
    throw new AppError(
      'ContextError',
      `${id} is not a token of this model: ids run from 0 to ${model.vocabularySize - 1}.`,
    );
  }
}

/** A position is that of a token to be predicted: it has one token before it, and ids.length stands for the next one. */
export function checkPosition(position: number, ids: readonly number[]): void {
  if (Number.isInteger(position) && position >= 1 && position <= ids.length) return;
  throw new AppError(
    'ContextError',
    `Position ${position} has no prediction to explain: positions of this text run from 1 to ${ids.length}.`,
  );
}
