// The weights a model wants, streamed one by one from a checkpoint to the GPU.
import { destroyWeight, uploadWeight, type Weight, type WeightData } from '../engine/weight.ts';
import type { Gpu } from '../engine/gpu.ts';
import { WeightStore } from '../explain/weight-store.ts';
import { readRows, type Checkpoint } from '../load/checkpoint.ts';
import { toFloat32 } from '../load/decode.ts';
import { matchWeights, type FloatTensor } from '../load/weights.ts';
import { listWeights } from '../models/list-weights.ts';
import type { WeightSpec } from '../models/model.ts';
import type { Job, LoadProgress } from './session.ts';

export interface OpenedWeights {
  readonly store: WeightStore;
  readonly parameters: number;
  /** How the matrices are stored: 'F16', 'BF16 + F32' … */
  readonly format: string;
  readonly warnings: readonly string[];
}

/** `tree`: the weight specs of a model. Nothing stays on the GPU where it fails. */
export async function openWeights(
  gpu: Gpu,
  tree: unknown,
  checkpoint: Checkpoint,
  { signal, onProgress = () => {} }: Job<LoadProgress>,
): Promise<OpenedWeights> {
  const specs = listWeights(tree);
  const { tensors, warnings } = matchWeights(specs, checkpoint);
  const tensorOf = (spec: WeightSpec): FloatTensor => tensors.get(spec)!;
  const totalBytes = specs.reduce((sum, spec) => sum + uploadedBytes(spec, tensorOf(spec)), 0);
  const weights = new Map<WeightSpec, Weight>();
  let doneBytes = 0;
  const onBytes = (bytes: number): void =>
    onProgress({ phase: 'weights', doneBytes: (doneBytes += bytes), totalBytes });
  try {
    for (const spec of specs) {
      weights.set(spec, await uploadWeight(gpu, weightData(spec, tensorOf(spec), signal), onBytes));
      signal?.throwIfAborted();
    }
    await gpu.settle();
  } catch (error) {
    for (const weight of weights.values()) destroyWeight(weight);
    throw error;
  }
  const matrices = specs.filter(({ shape }) => shape.length > 1);
  return {
    store: new WeightStore(weights),
    parameters: specs.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0),
    format: [...new Set(matrices.map((spec) => tensorOf(spec).dtype))].join(' + '),
    warnings,
  };
}

/** Vectors are widened on their way (weightData). */
const uploadedBytes = ({ shape }: WeightSpec, { start, end }: FloatTensor): number =>
  shape.length === 1 ? shape[0]! * 4 : end - start;

/** Matrices keep their stored format. Vectors (norms, biases) are widened to F32, which is exact and costs nothing. */
function weightData(spec: WeightSpec, tensor: FloatTensor, signal?: AbortSignal): WeightData {
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
