// The weights a model wants of a checkpoint, and how they are streamed to the GPU one by one.
import { AppError } from '../errors.ts';
import { nameOfFormat, type DenseData, type WeightData } from '../engine/weight-data.ts';
import { bytesOfData } from '../engine/weight.ts';
import type { Gpu } from '../engine/gpu.ts';
import { WeightStore } from '../explain/weight-store.ts';
import { openCheckpoint, type Checkpoint } from '../load/checkpoint.ts';
import { toFloat32 } from '../load/decode.ts';
import type { QuantisedMatrix } from '../load/quantised/quantised-matrix.ts';
import type { Source } from '../load/source.ts';
import { readRows } from '../load/stored-tensor.ts';
import { matchWeights, type FloatTensor } from '../load/weights.ts';
import type { StorageChoice } from '../memory/weight-bytes.ts';
import { listBound, listWeights, partsOf } from '../models/list-weights.ts';
import type { WeightSpec } from '../models/model.ts';
import { formatOfGrid, quantise } from '../quantise/quantise-data.ts';
import type { Grid } from '../quantise/quantise-rows.ts';
import { gridFor, type Recipe } from '../quantise/recipes.ts';
import type { Job, LoadProgress } from './session.ts';

export type DataOfWeights = ReadonlyMap<WeightSpec, WeightData>;

/** Weights that were opened before anything is known of the model: its tensors' names may say what it is. */
export interface OpenedWeights {
  readonly names: Iterable<string>;
  /** What the user should know of it. */
  readonly warnings: readonly string[];
  /** `tree`: the weight specs of a model. */
  find(tree: unknown): Promise<FoundWeights>;
}

/** What there is for the weights of a model; nothing but headers has been read. */
export interface FoundWeights {
  /** As they will lie on the GPU. */
  readonly data: DataOfWeights;
  /** How they would lie there by another recipe, or as they are stored; null where they come quantised. */
  choose(recipe: Recipe | null): StorageChoice | null;
  /** Matrices that are quantised while they are read. */
  readonly converted: number;
  readonly parameters: number;
  /** How the matrices are computed: 'F16', 'BF16 + F32', 'int4 (group 32) + int8 (group 64)' … */
  readonly format: string;
  readonly warnings: readonly string[];
}

/** Matrices are quantised by the recipe, or stay as they are stored where it is null. */
export async function openStoredWeights(
  source: Source,
  recipe: Recipe | null,
  signal?: AbortSignal,
): Promise<OpenedWeights> {
  const checkpoint = await openCheckpoint(source, signal);
  return {
    names: checkpoint.tensors.keys(),
    warnings: [],
    find: (tree) => findWeights(tree, checkpoint, recipe, signal),
  };
}

async function findWeights(
  tree: unknown,
  checkpoint: Checkpoint,
  recipe: Recipe | null,
  signal?: AbortSignal,
): Promise<FoundWeights> {
  const specs = listWeights(tree);
  const { tensors, quantised, warnings } = await matchWeights(specs, checkpoint, signal);
  if (recipe && quantised.size > 0) throw alreadyQuantised([...quantised.values()]);
  const gridOf = (spec: WeightSpec, wanted: Recipe | null): Grid | null =>
    spec.shape.length > 1 ? gridFor(spec.name, wanted) : null;
  const data = new Map(
    specs.map((spec): [WeightSpec, WeightData] => {
      const matrix = quantised.get(spec);
      if (matrix) return [spec, quantisedData(matrix, signal)];
      const dense = denseData(spec, tensors.get(spec)!, signal);
      const grid = gridOf(spec, recipe);
      return [spec, grid ? quantise(dense, grid) : dense];
    }),
  );
  const choice =
    (wanted: Recipe | null): StorageChoice =>
    (spec) => {
      const grid = gridOf(spec, wanted);
      return { format: grid ? formatOfGrid(grid) : tensors.get(spec)!.dtype };
    };
  return {
    data,
    choose: (wanted) => (quantised.size > 0 ? null : choice(wanted)),
    converted: specs.filter((spec) => tensors.has(spec) && gridOf(spec, recipe) !== null).length,
    ...factsOf(data),
    warnings,
  };
}

/** What is told of weights. */
export const factsOf = (data: DataOfWeights): Pick<FoundWeights, 'parameters' | 'format'> => ({
  parameters: [...data.keys()].reduce((sum, spec) => sum + parametersOf(spec), 0),
  format: formatNames(data.keys(), (spec) => data.get(spec)!).join(' + '),
});

/** Nothing stays on the GPU where it fails. */
export function uploadWeights(
  gpu: Gpu,
  tree: unknown,
  { data }: Pick<FoundWeights, 'data'>,
  { signal, onProgress = () => {} }: Job<LoadProgress>,
  notice: string | null = null,
): Promise<WeightStore> {
  // A vector that stands several times in a stack is as many times on the GPU.
  const parts = listBound(tree).flatMap(partsOf);
  const totalBytes = parts.reduce((sum, part) => sum + bytesOfData(data.get(part)!), 0);
  let doneBytes = 0;
  const onBytes = (bytes: number): void =>
    onProgress({ phase: 'weights', doneBytes: (doneBytes += bytes), totalBytes, notice });
  return WeightStore.upload(gpu, tree, (spec) => data.get(spec)!, { onBytes, signal });
}

const parametersOf = ({ shape }: WeightSpec): number => shape.reduce((product, size) => product * size, 1);

/** Of the matrices, that of the most parameters first. */
export function formatNames(
  specs: Iterable<WeightSpec>,
  choose: (spec: WeightSpec) => Pick<WeightData, 'format'>,
): string[] {
  const parameters = new Map<string, number>();
  for (const spec of specs) {
    if (spec.shape.length === 1) continue;
    const name = nameOfFormat(choose(spec).format);
    parameters.set(name, (parameters.get(name) ?? 0) + parametersOf(spec));
  }
  return [...parameters].toSorted(([, a], [, b]) => b - a).map(([name]) => name);
}

function alreadyQuantised(matrices: readonly QuantisedMatrix[]): AppError {
  const formats = [...new Set(matrices.map(({ format }) => nameOfFormat(format)))].join(' + ');
  return new AppError(
    'UsageError',
    `The checkpoint is quantised already (${formats}). That is the model its makers gave out, and it is never quantised ` +
      'again: load it as it is stored, without --quantize.',
    { remedies: { quantize: 'none' } },
  );
}

/** Matrices keep their stored format. Vectors (norms, biases) are widened to F32, which is exact and costs nothing. */
function denseData(spec: WeightSpec, tensor: FloatTensor, signal?: AbortSignal): DenseData {
  const { name, shape } = spec;
  if (shape.length === 1) {
    const read = async (): Promise<Uint8Array<ArrayBuffer>> => {
      return new Uint8Array(toFloat32(await readRows(tensor, 0, 1, signal), tensor.dtype).buffer);
    };
    return { name, format: 'F32', rows: 1, columns: shape[0]!, read };
  }
  const read = (firstRow: number, lastRow: number) => readRows(tensor, firstRow, lastRow, signal);
  return { name, format: tensor.dtype, rows: shape[0]!, columns: shape[1]!, read };
}

/** As stored: never quantised again. */
const quantisedData = (matrix: QuantisedMatrix, signal?: AbortSignal): WeightData => ({
  ...matrix,
  readCodes: (firstRow, lastRow) => matrix.readCodes(firstRow, lastRow, signal),
  readGroups: (firstRow, lastRow) => matrix.readGroups(firstRow, lastRow, signal),
});
