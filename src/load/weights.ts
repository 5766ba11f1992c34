// Finds every tensor a model wants in a checkpoint, and names at once all that are missing or misshapen.
import { AppError } from '../errors.ts';
import type { WeightSpec } from '../models/model.ts';
import type { Checkpoint, StoredTensor } from './checkpoint.ts';
import { floatTypes, isFloatType, type FloatType } from './decode.ts';

export type FloatTensor = StoredTensor & { readonly dtype: FloatType };

export interface MatchedWeights {
  readonly tensors: ReadonlyMap<WeightSpec, FloatTensor>;
  /** Sentences about what the checkpoint holds beyond the model's needs. */
  readonly warnings: readonly string[];
}

/** Buffers that old exporters stored and every loader recomputes. */
const harmless = /(\.rotary_emb\.inv_freq|\.(attention|attn)\.(masked_)?bias|\.position_ids)$/;
const listed = 12;

export function matchWeights(specs: readonly WeightSpec[], checkpoint: Checkpoint): MatchedWeights {
  const tensors = new Map<WeightSpec, FloatTensor>();
  const problems: string[] = [];
  for (const spec of new Set(specs)) {
    const tensor = find(spec, checkpoint);
    const stored = spec.stored ?? spec.shape;
    if (tensor === undefined) problems.push(`"${spec.name}" [${stored.join(', ')}] is missing`);
    else if (tensor.shape.join() !== stored.join())
      problems.push(`"${tensor.name}" is [${tensor.shape.join(', ')}] instead of [${stored.join(', ')}]`);
    if (tensor !== undefined) tensors.set(spec, partOf(asFloat(tensor), spec));
  }
  if (problems.length > 0) {
    throw new AppError(
      'FormatError',
      `The checkpoint does not fit the model that config.json describes: ${enumerate([...new Set(problems)], '; ')}. ` +
        'Check that config.json and the weights come from the same model.',
    );
  }
  return { tensors, warnings: describeExtras(tensors, checkpoint) };
}

function find(spec: WeightSpec, checkpoint: Checkpoint): StoredTensor | undefined {
  const names = namesOf(spec);
  const found = names.find((name) => checkpoint.tensors.has(name));
  return found === undefined ? undefined : checkpoint.tensors.get(found);
}

/** The names as given first, then each with or without the prefix that base models leave out. */
function namesOf(spec: WeightSpec): readonly string[] {
  const given = [spec.name, ...(spec.aliases ?? [])];
  return [...given, ...given.map((name) => (name.startsWith('model.') ? name.slice(6) : `model.${name}`))];
}

function asFloat(tensor: StoredTensor): FloatTensor {
  const { dtype } = tensor;
  if (isFloatType(dtype)) return { ...tensor, dtype };
  throw new AppError(
    'UnsupportedError',
    `Tensor "${tensor.name}" in ${tensor.file.name} is stored as ${dtype}; ` +
      `weights of type ${floatTypes.join(', ')} are supported. Use an unquantised version of the model.`,
  );
}

/** The rows that a spec wants of the tensor, in the spec's shape. */
function partOf(tensor: FloatTensor, { shape, stored, firstRow = 0 }: WeightSpec): FloatTensor {
  if (!stored) return tensor;
  const bytesPerEntry = (tensor.end - tensor.start) / product(stored);
  const start = tensor.start + firstRow * product(shape.slice(1)) * bytesPerEntry;
  return { ...tensor, shape, start, end: start + product(shape) * bytesPerEntry };
}

const product = (sizes: readonly number[]): number => sizes.reduce((result, size) => result * size, 1);

function describeExtras(used: ReadonlyMap<WeightSpec, FloatTensor>, checkpoint: Checkpoint): string[] {
  const usedNames = new Set([...used.values()].map((tensor) => tensor.name));
  const extra = [...checkpoint.tensors.keys()].filter((name) => !usedNames.has(name) && !harmless.test(name));
  const twins = new Map([...used].flatMap(([spec, tensor]) => namesOf(spec).map((name) => [name, tensor.name])));
  const tied = extra.filter((name) => twins.has(name));
  const unknown = extra.filter((name) => !twins.has(name));
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

function enumerate(parts: readonly string[], separator: string): string {
  const rest = parts.length - listed;
  return parts.slice(0, listed).join(separator) + (rest > 0 ? `${separator}and ${rest} more` : '');
}
