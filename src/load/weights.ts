// Finds every tensor a model wants in a checkpoint, dense or quantised, and names at once all that are missing or
// misshapen.
import { AppError } from '../errors.ts';
import type { WeightSpec } from '../models/model.ts';
import type { Checkpoint } from './checkpoint.ts';
import { floatTypes, isFloatType, type FloatType } from './decode.ts';
import type { QuantisedModule } from './quantised/module.ts';
import { describeQuantisation, openQuantised, quantisedModule } from './quantised/open.ts';
import type { QuantisedMatrix } from './quantised/quantised-matrix.ts';
import type { StoredTensor } from './stored-tensor.ts';
import { describeExtras } from './unused-tensors.ts';
import { enumerate, moduleOf, namesOf } from './weight-names.ts';

export type FloatTensor = StoredTensor & { readonly dtype: FloatType };

/** Every spec is in one of the two maps. */
export interface MatchedWeights {
  readonly tensors: ReadonlyMap<WeightSpec, FloatTensor>;
  readonly quantised: ReadonlyMap<WeightSpec, QuantisedMatrix>;
  /** Sentences about what the checkpoint holds beyond the model's needs, and what other programs compute of it. */
  readonly warnings: readonly string[];
}

export async function matchWeights(
  specs: readonly WeightSpec[],
  checkpoint: Checkpoint,
  signal?: AbortSignal,
): Promise<MatchedWeights> {
  const tensors = new Map<WeightSpec, FloatTensor>();
  const modules = new Map<WeightSpec, QuantisedModule>();
  const problems: string[] = [];
  for (const spec of new Set(specs)) {
    const module = quantisedModule(spec, checkpoint);
    if (module !== undefined) {
      modules.set(spec, module);
      continue;
    }
    const tensor = find(spec, checkpoint);
    const stored = spec.stored ?? spec.shape;
    const wanted = `[${stored.join(', ')}]`;
    if (tensor === undefined) problems.push(`"${spec.name}" ${wanted} is missing${describeRelated(spec, checkpoint)}`);
    else {
      const float = asFloat(tensor, checkpoint);
      if (tensor.shape.join() !== stored.join())
        problems.push(`"${tensor.name}" is [${tensor.shape.join(', ')}] instead of ${wanted}`);
      else tensors.set(spec, partOf(float, spec));
    }
  }
  if (problems.length > 0) {
    throw new AppError(
      'FormatError',
      `The checkpoint does not fit the model that config.json describes: ${enumerate([...new Set(problems)], '; ')}. ` +
        'Check that config.json and the weights come from the same model.',
    );
  }
  const wanted = new Set(specs.flatMap(namesOf));
  const scheme = checkpoint.quantisation;
  const quantised = scheme ? await openQuantised(modules, scheme, wanted, signal) : new Map();
  const used = new Map<WeightSpec, readonly StoredTensor[]>();
  for (const [spec, tensor] of tensors) used.set(spec, [tensor]);
  for (const [spec, matrix] of quantised) used.set(spec, matrix.tensors);
  const warnings = [...describeQuantisation(quantised.size, scheme), ...describeExtras(used, checkpoint)];
  return { tensors, quantised, warnings };
}

function find(spec: WeightSpec, checkpoint: Checkpoint): StoredTensor | undefined {
  const found = namesOf(spec).find((name) => checkpoint.tensors.has(name));
  return found === undefined ? undefined : checkpoint.tensors.get(found);
}

/** What there is instead: a layer quantised in another way than the configuration says. */
function describeRelated(spec: WeightSpec, { tensors, quantisation }: Checkpoint): string {
  const modules = namesOf(spec).flatMap((name) => moduleOf(name) ?? []);
  const related = [...tensors.keys()].find((name) =>
    modules.some((base) => name.startsWith(`${base}.`) && !name.endsWith('.bias')),
  );
  if (related === undefined) return '';
  const stated = quantisation
    ? `the checkpoint is ${quantisation.title} by ${quantisation.origin}`
    : 'config.json names no quantisation';
  return ` (there is "${related}", but ${stated})`;
}

function asFloat(tensor: StoredTensor, { quantisation }: Checkpoint): FloatTensor {
  const { dtype } = tensor;
  if (isFloatType(dtype)) return { ...tensor, dtype };
  const hint = quantisation
    ? `which is not how ${quantisation.title} stores a layer (the checkpoint is that by ${quantisation.origin})`
    : 'as in quantised models, but config.json names no quantisation';
  throw new AppError(
    'UnsupportedError',
    `Tensor "${tensor.name}" in ${tensor.file.name} is stored as ${dtype}, ${hint}; ` +
      `weights of type ${floatTypes.join(', ')} are supported beside quantised ones. ` +
      'Get config.json from where the weights are from, or use an unquantised version of the model.',
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
