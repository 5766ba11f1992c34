// The names under which a checkpoint may keep what a model wants.
import type { WeightSpec } from '../models/model.ts';

/** The names as given first, then each with or without the prefix that base models leave out. */
export function namesOf(spec: WeightSpec): readonly string[] {
  const given = [spec.name, ...(spec.aliases ?? [])];
  return [...given, ...given.map((name) => (name.startsWith('model.') ? name.slice(6) : `model.${name}`))];
}

/** "model.norm.weight" → "model.norm", the module that a matrix belongs to; undefined for other tensors. */
export const moduleOf = (name: string): string | undefined => /^(.+)\.weight$/.exec(name)?.[1];

const listed = 12;

/** As many as a sentence takes. */
export function enumerate(parts: readonly string[], separator: string): string {
  const rest = parts.length - listed;
  return parts.slice(0, listed).join(separator) + (rest > 0 ? `${separator}and ${rest} more` : '');
}
