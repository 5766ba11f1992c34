// The formats of a model in words.
import type { FormatPlan, ModelPlan, Quantisation } from '../session/session.ts';
import { formatBytes } from './format.ts';

/** 'As stored (BF16)', 'int4'. */
export const formatName = ({ quantize, format }: Pick<FormatPlan, 'quantize' | 'format'>): string =>
  quantize === 'none' ? `As stored (${format})` : quantize;

/** '2.47 GB on the GPU. Context you can explain on this device: about 400 tokens.' */
export function formatSentence({ weightBytes, fits, explainable }: FormatPlan): string {
  const size = `${formatBytes(weightBytes)} on the GPU.`;
  if (!fits) return `${size} Does not fit.`;
  return explainable === null ? size : `${size} ${explainable}`;
}

/** The one that was chosen before, if it fits; else the first that does. */
export function proposedFormat({ formats }: ModelPlan, before: Quantisation = 'none'): Quantisation {
  const fitting = formats.filter(({ fits }) => fits);
  const found = fitting.find(({ quantize }) => quantize === before) ?? fitting[0] ?? formats[0];
  return found?.quantize ?? 'none';
}

/** Whether there is anything to decide before it is loaded: small models that fit are simply opened. */
export function worthChoosing({ formats }: ModelPlan): boolean {
  const [stored] = formats;
  return formats.length > 1 && stored !== undefined && (!stored.fits || stored.weightBytes >= 200e6);
}
