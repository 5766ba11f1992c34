// Sentences about tensors of a checkpoint that nobody asked for.
import type { WeightSpec } from '../models/model.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { StoredTensor } from './stored-tensor.ts';
import { enumerate, moduleOf, namesOf } from './weight-names.ts';

/** Buffers that old exporters stored and every loader recomputes. */
const harmless = /(\.rotary_emb\.inv_freq|\.(attention|attn)\.(masked_)?bias|\.position_ids)$/;

/** `used`: what each weight is read from, its own tensor first. */
export function describeExtras(
  used: ReadonlyMap<WeightSpec, readonly StoredTensor[]>,
  { tensors, quantisation }: Checkpoint,
): string[] {
  const usedNames = new Set([...used.values()].flat().map(({ name }) => name));
  const isHarmless = (name: string) => harmless.test(name) || quantisation?.unused.test(name);
  const extra = [...tensors.keys()].filter((name) => !usedNames.has(name) && !isHarmless(name));
  const twins = new Map([...used].flatMap(([spec, [own]]) => namesOf(spec).map((name) => [name, own!.name])));
  const tied = extra.filter((name) => twins.has(name));
  // A tied head that is quantised brings its scales along.
  const tiedModules = tied.map((name) => `${moduleOf(name)}.`);
  const unknown = extra.filter((name) => !twins.has(name) && !tiedModules.some((module) => name.startsWith(module)));
  const warnings = tied.map(
    (name) => `The checkpoint stores "${name}" beside "${twins.get(name)}", with which it is tied; it was left out.`,
  );
  if (unknown.length > 0) {
    const names = enumerate(
      unknown.map((name) => `"${name}"`),
      ', ',
    );
    warnings.push(`The model does not use ${unknown.length} of the checkpoint's tensors: ${names}.`);
  }
  return warnings;
}
