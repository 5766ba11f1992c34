// The quantised layers of a checkpoint, opened: checked against the model, and ready to be read row by row.
import { AppError } from '../../errors.ts';
import type { WeightSpec } from '../../models/model.ts';
import { isFloatType, toFloat32 } from '../decode.ts';
import { readWhole, type StoredTensor } from '../stored-tensor.ts';
import { moduleOf, namesOf } from '../weight-names.ts';
import { find, type QuantisedModule, type QuantisedScheme } from './module.ts';
import type { QuantisedMatrix } from './quantised-matrix.ts';

/** A checkpoint, as far as its quantised layers go. */
interface Stored {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly quantisation: QuantisedScheme | null;
}

/** Layers that are opened at the same time: each may need a small read or two. */
const inFlight = 8;

/** The module under which a weight is stored quantised; undefined where it is stored dense, or not at all. */
export function quantisedModule(spec: WeightSpec, { tensors, quantisation }: Stored): QuantisedModule | undefined {
  const [rows, columns] = spec.shape;
  if (!quantisation || rows === undefined || columns === undefined) return undefined;
  for (const name of namesOf(spec)) {
    const base = moduleOf(name);
    if (base !== undefined && quantisation.marks({ base, rows, columns, tensors })) {
      if (!spec.stored) return { base, rows, columns, tensors };
      throw new AppError(
        'UnsupportedError',
        `"${base}" is stored quantised (${quantisation.title}) and as part of a larger tensor. ` +
          'Supported: quantised layers of their own. Use an unquantised version of the model.',
      );
    }
    if (tensors.has(name)) return undefined;
  }
  return undefined;
}

/** `wanted`: names of every tensor the model asks for. */
export async function openQuantised(
  modules: ReadonlyMap<WeightSpec, QuantisedModule>,
  scheme: QuantisedScheme,
  wanted: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<Map<WeightSpec, QuantisedMatrix>> {
  const opened = new Map<WeightSpec, QuantisedMatrix>();
  const all = [...modules];
  for (let first = 0; first < all.length; first += inFlight) {
    const some = all.slice(first, first + inFlight);
    const matrices = await Promise.all(
      some.map(async ([spec, module]) => {
        const matrix = await scheme.open(module, signal);
        const bias = await emptyBias(module, wanted, signal);
        return { ...matrix, name: spec.name, tensors: bias ? [...matrix.tensors, bias] : matrix.tensors };
      }),
    );
    some.forEach(([spec], index) => opened.set(spec, matrices[index]!));
  }
  return opened;
}

/** AutoGPTQ used to give every layer a bias of zeros. One that the model does not have must be that. */
async function emptyBias(
  module: QuantisedModule,
  wanted: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<StoredTensor | undefined> {
  const bias = find(module, 'bias');
  if (bias === undefined || wanted.has(bias.name)) return undefined;
  const zeros =
    isFloatType(bias.dtype) && toFloat32(await readWhole(bias, signal), bias.dtype).every((value) => value === 0);
  if (zeros) return bias;
  throw new AppError(
    'FormatError',
    `Tensor "${bias.name}" in ${bias.file.name} holds values other than 0, but the model that config.json describes ` +
      'has no bias there. Check that config.json and the weights come from the same version of the model.',
  );
}

/** Sentences about the checkpoint as a whole. `count`: of its layers that are quantised. */
export function describeQuantisation(count: number, scheme: QuantisedScheme | null): readonly string[] {
  if (scheme === null) return [];
  if (count > 0) return scheme.warnings;
  return [
    `The checkpoint is quantised by ${scheme.origin} (${scheme.title}), but stores no layer that way; all were read as they are.`,
  ];
}
