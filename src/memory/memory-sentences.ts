// A memory plan in words: what fits, what does not, and what to do about it.
import { AppError } from '../errors.ts';
import type { ImageMemoryPlan } from './image-plan.ts';
import { inWords } from './memory-budget.ts';
import type { MemoryPlan } from './memory-plan.ts';

const count = (tokens: number): string => tokens.toLocaleString('en');

/** Two digits are as many as are known. */
function about(tokens: number): string {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, tokens))) - 1);
  return count(Math.floor(tokens / unit) * unit);
}

/** 'Weights 270 MB, keys and values of 8,192 tokens 377 MB.' */
export function describeMemory({ weights, context, cache, cacheFormat }: MemoryPlan): string {
  const kept = cacheFormat === 'f32' ? '' : ` as ${cacheFormat}`;
  return `Weights ${inWords(weights)}, keys and values of ${count(context)} tokens ${inWords(cache)}${kept}.`;
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

/** What a model itself takes. */
const need = ({ plan }: NamedPlan): number => plan.writing - plan.occupied;
/** Whether it would fit if no other model were open. */
export const fitsAlone = (named: NamedPlan): boolean => need(named) <= named.plan.budget;

/**
 * null where the first fits. Otherwise what it needs, and which of the others, from large to small, would fit instead.
 * `other`: the name of the model that holds what is occupied.
 */
export function adviseFormat(
  [wanted, ...others]: readonly [NamedPlan, ...NamedPlan[]],
  other = 'another model',
): string | null {
  const { format, plan } = wanted;
  if (plan.fits) return null;
  const beside = plan.occupied > 0 ? `, of which ${inWords(plan.occupied)} are taken by ${other}` : '';
  const needs = `As ${format} this model needs ${inWords(need(wanted))} of GPU memory, but ${inWords(plan.budget)} are allowed${beside}.`;
  const close = plan.occupied > 0 && fitsAlone(wanted) ? `Close ${other}` : null;
  const smaller = others.find(({ plan }) => plan.fits);
  if (smaller) {
    const fits = `As ${smaller.format} it needs ${inWords(need(smaller))} and fits; its answers and relevances are then those of the rounded weights.`;
    return close ? `${needs} ${fits} ${close}, and it fits as it is.` : `${needs} ${fits}`;
  }
  const choose = close ? `${close}, choose` : 'Choose';
  return `${needs} ${choose} a smaller model, or allow more if your GPU has it.`;
}

/**
 * Language models that came later may have taken what an image model needs to explain.
 * @throws OutOfMemoryError that names the language model, and says to close it.
 */
export function checkImageExplanation(
  { explaining, occupied }: Pick<ImageMemoryPlan, 'explaining' | 'occupied'>,
  budget: number,
  other: { readonly name: string; readonly resident: number },
): void {
  const needed = explaining - occupied;
  if (needed + other.resident <= budget) return;
  throw new AppError(
    'OutOfMemoryError',
    `Explaining an image takes ${inWords(needed)} of GPU memory, but ${inWords(budget)} are allowed, of which ` +
      `${inWords(other.resident)} are taken by ${other.name}. Close ${other.name}, or allow more if your GPU has it.`,
    { remedies: { close: 'language' } },
  );
}

/** @throws OutOfMemoryError where keeping what every block computed, as was asked for, goes beyond the budget. */
export function checkKeeping(needed: number, budget: number): void {
  if (needed <= budget && Number.isFinite(needed)) return;
  const need = Number.isFinite(needed)
    ? `takes ${inWords(needed)} of GPU memory, but ${inWords(budget)} are allowed`
    : 'needs larger buffers than this GPU has';
  throw new AppError(
    'OutOfMemoryError',
    `Keeping all that is computed for this explanation ${need}. Let blocks be computed again (without --keep-all), or ` +
      'explain less at a time.',
  );
}

/** What is to be explained, and beside what. */
interface ExplanationSize {
  readonly tokens: number;
  /** How many tokens of the text in one sweep. */
  readonly targets?: number | undefined;
  /** The name of the image model beside. */
  readonly other?: string | undefined;
}

/**
 * Before an explanation is begun that cannot end well.
 * @throws OutOfMemoryError where it would go beyond the budget, though blocks are computed again.
 */
export async function checkExplanation(
  plan: MemoryPlan,
  { tokens, targets = 1, other = 'the image model' }: ExplanationSize,
): Promise<void> {
  const oneFits = tokens <= plan.explainable;
  if (targets <= 1 && oneFits) return;
  const needed = await plan.explaining(tokens, false, targets);
  if (needed <= plan.budget) return;
  const text = targets > 1 ? `${count(targets)} tokens of a text of ${count(tokens)}` : `${count(tokens)} tokens`;
  const need = Number.isFinite(needed)
    ? `takes ${inWords(needed)} of GPU memory, but ${inWords(plan.budget)} are allowed`
    : 'needs larger buffers than this GPU has';
  const smaller = [
    ...(targets > 1 && oneFits ? ['explain fewer tokens at a time'] : []),
    ...(oneFits ? [] : [`shorten the text to about ${about(plan.explainable)} tokens`]),
    ...(Number.isFinite(needed) ? ['allow more if your GPU has it'] : []),
  ].join(', or ');
  const instead = smaller.charAt(0).toUpperCase() + smaller.slice(1);
  const closing = plan.occupied > 0 && needed - plan.occupied <= plan.budget;
  const close = closing ? ` It fits once ${other} is closed.` : '';
  const remedies = closing ? { remedies: { close: 'image' } as const } : {};
  throw new AppError('OutOfMemoryError', `Explaining ${text} ${need}. ${instead}.${close}`, remedies);
}
