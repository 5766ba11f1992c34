// One linear layer of a checkpoint under its module name, and the checks that every layout makes on its tensors.
import { AppError } from '../../errors.ts';
import type { Dtype } from '../safetensors.ts';
import type { StoredTensor } from '../stored-tensor.ts';
import { scaleTypes, type QuantisedMatrix, type ScaleType } from './quantised-matrix.ts';

export interface QuantisedModule {
  /** As the checkpoint names it: model.layers.0.self_attn.q_proj. Its tensors are base.weight, base.scales … */
  readonly base: string;
  /** Outputs and inputs of the layer, as the model wants them. */
  readonly rows: number;
  readonly columns: number;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** How a family of checkpoints stores quantised layers, with what its configuration says. */
export interface QuantisedScheme {
  /** As users know it: GPTQ. */
  readonly title: string;
  /** Where its settings come from, as errors name it. */
  readonly origin: string;
  /** Whether the layer is stored quantised. What is stored decides, whatever lists of modules say. */
  marks(module: QuantisedModule): boolean;
  /** Checks everything that can be known before the weights are read. */
  open(module: QuantisedModule, signal?: AbortSignal): Promise<QuantisedMatrix>;
  /** Endings of tensors that its writers add and nobody needs. */
  readonly unused: RegExp;
  /** Sentences about what its own library would compute otherwise. */
  readonly warnings: readonly string[];
}

export const find = ({ base, tensors }: QuantisedModule, suffix: string): StoredTensor | undefined =>
  tensors.get(`${base}.${suffix}`);

export const integers = ['I32', 'U32'] as const;

/** The tensor of that suffix; FormatError where it is missing. */
export function need(module: QuantisedModule, suffix: string, { title }: Pick<QuantisedScheme, 'title'>): StoredTensor {
  const tensor = find(module, suffix);
  if (tensor !== undefined) return tensor;
  const present = [...module.tensors.keys()].filter((name) => name.startsWith(`${module.base}.`));
  throw new AppError(
    'FormatError',
    `Tensor "${module.base}.${suffix}" is missing, which ${title} stores beside ` +
      `${present.map((name) => `"${name}"`).join(', ')}. The checkpoint is incomplete; download it again.`,
  );
}

/** The same tensor; FormatError unless it has one of these types and that shape. `what` it is, for the sentence. */
export function expectTensor(
  tensor: StoredTensor,
  types: readonly Dtype[],
  shape: readonly number[],
  what: string,
): StoredTensor {
  if (types.includes(tensor.dtype) && tensor.shape.join() === shape.join()) return tensor;
  const kinds = types.length > 1 ? `${types.slice(0, -1).join(', ')} or ${types.at(-1)}` : types[0]!;
  return misfit(tensor, `${kinds} [${shape.join(', ')}] is expected: ${what}`);
}

export const expectScales = (tensor: StoredTensor, shape: readonly number[], what: string): ScaleType =>
  expectTensor(tensor, scaleTypes, shape, what).dtype as ScaleType;

/** FormatError: what the tensor is, and the given rest of the sentence, which says what was expected and why. */
export function misfit({ name, dtype, shape, file }: StoredTensor, expected: string): never {
  throw new AppError(
    'FormatError',
    `Tensor "${name}" in ${file.name} is ${dtype} [${shape.join(', ')}], but ${expected}. ` +
      'Check that the configuration and the weights come from the same version of the model.',
  );
}

/** FormatError: a tensor whose values contradict themselves or the rest. */
export function damaged({ name, file }: StoredTensor, problem: string): never {
  throw new AppError(
    'FormatError',
    `Tensor "${name}" in ${file.name} ${problem}. The file is damaged, or was made by a faulty program; ` +
      'download it again or take another version of the model.',
  );
}
