// --keep-all and --recompute: how relevance comes down through the blocks.
import { AppError } from '../errors.ts';
import type { WayBack } from '../session/explanations.ts';
import type { Values } from './arguments.ts';

/** @throws UsageError for both at once. */
export function wayBackOf(values: Values): WayBack['wayBack'] {
  const keepAll = values.flag('keep-all');
  if (keepAll && values.flag('recompute')) {
    throw new AppError('UsageError', 'Of --keep-all and --recompute only one can be meant.');
  }
  return keepAll ? 'keep-all' : values.flag('recompute') ? 'recompute' : undefined;
}
