// A memory plan in words: what fits, what does not, and what to do about it.
import { AppError } from '../errors.ts';
import { inWords } from './memory-budget.ts';
import type { MemoryPlan } from './memory-plan.ts';

const count = (tokens: number): string => tokens.toLocaleString('en');

/** Two digits are as many as are known. */
function about(tokens: number): string {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, tokens))) - 1);
  return count(Math.floor(tokens / unit) * unit);
}

/** 'Weights 270 MB, keys and values of 8,192 tokens 377 MB.' */
export function describeMemory({ weights, context, cache }: MemoryPlan): string {
  return `Weights ${inWords(weights)}, keys and values of ${count(context)} tokens ${inWords(cache)}.`;
}

/** 'Context you can explain on this device: about 3,400 tokens.' */
export function describeExplainable({ explainable, context, budget, fits }: MemoryPlan): string {
  if (!fits || explainable === 0) return `Nothing can be explained within ${inWords(budget)} of GPU memory.`;
  if (explainable === context) return `Context you can explain on this device: all ${count(context)} tokens.`;
  return `Context you can explain on this device: about ${about(explainable)} tokens.`;
}

export interface NamedPlan {
  /** 'BF16', 'int8' … */
  readonly format: string;
  readonly plan: Pick<MemoryPlan, 'budget' | 'occupied' | 'writing' | 'fits'>;
}

/**
 * null where the first fits. Otherwise what it needs, and which of the others, from large to small, would fit instead.
 */
export function adviseFormat([wanted, ...others]: readonly [NamedPlan, ...NamedPlan[]]): string | null {
  const { format, plan } = wanted;
  if (plan.fits) return null;
  const beside = plan.occupied > 0 ? `, of which ${inWords(plan.occupied)} are taken by another model` : '';
  const needs = `As ${format} this model needs ${inWords(plan.writing - plan.occupied)} of GPU memory, but ${inWords(plan.budget)} are allowed${beside}.`;
  const smaller = others.find(({ plan }) => plan.fits);
  if (smaller) {
    return `${needs} As ${smaller.format} it needs ${inWords(smaller.plan.writing - smaller.plan.occupied)} and fits; its answers and relevances are then those of the rounded weights.`;
  }
  const close = plan.occupied > 0 ? 'Close the other model, choose' : 'Choose';
  return `${needs} ${close} a smaller model, or allow more if your GPU has it.`;
}

/**
 * Before an explanation is begun that cannot end well.
 * @throws OutOfMemoryError where it would go beyond the budget.
 */
export async function checkExplanation(plan: MemoryPlan, tokens: number, keepAll = false): Promise<void> {
  if (!keepAll && tokens <= plan.explainable) return;
  const needed = await plan.explaining(tokens, keepAll);
  if (needed <= plan.budget) return;
  const what = `Explaining ${count(tokens)} tokens${keepAll ? ' with every activation kept' : ''}`;
  const need = Number.isFinite(needed)
    ? `takes ${inWords(needed)} of GPU memory, but ${inWords(plan.budget)} are allowed`
    : 'needs larger buffers than this GPU has';
  const instead =
    keepAll && tokens <= plan.explainable
      ? 'Compute blocks again instead of keeping them'
      : `Shorten the text to about ${about(plan.explainable)} tokens`;
  const more = Number.isFinite(needed) ? ', or allow more if your GPU has it' : '';
  throw new AppError('OutOfMemoryError', `${what} ${need}. ${instead}${more}.`);
}
