// The weights of a model on the GPU, found by the specs that asked for them.
import type { Gpu } from '../engine/gpu.ts';
import { joinedVectors, uploadStack } from '../engine/stack.ts';
import { isQuantised, type DenseData, type WeightData } from '../engine/weight-data.ts';
import { destroyWeight, uploadWeight, weightBytes, type Weight } from '../engine/weight.ts';
import { isStack, listBound, partsOf } from '../models/list-weights.ts';
import type { BoundSpec, WeightSpec } from '../models/model.ts';

interface Upload {
  readonly onBytes?: ((bytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export class WeightStore {
  constructor(private readonly weights: ReadonlyMap<BoundSpec, Weight>) {}

  /** `tree`: the weight specs of a model. Nothing stays on the GPU where it fails. */
  static async upload(
    gpu: Gpu,
    tree: unknown,
    dataOf: (spec: WeightSpec) => WeightData,
    { onBytes, signal }: Upload = {},
  ): Promise<WeightStore> {
    const weights = new Map<BoundSpec, Weight>();
    try {
      for (const spec of listBound(tree)) {
        weights.set(spec, await uploadBound(gpu, spec, dataOf, onBytes));
        signal?.throwIfAborted();
      }
      await gpu.settle();
    } catch (error) {
      for (const weight of weights.values()) destroyWeight(weight);
      throw error;
    }
    return new WeightStore(weights);
  }

  readonly weight = (spec: BoundSpec): Weight => {
    const weight = this.weights.get(spec);
    if (!weight) throw new Error(`no weight was loaded for ${spec.name}`);
    return weight;
  };

  get all(): Iterable<Weight> {
    return this.weights.values();
  }

  get bytes(): number {
    return [...this.weights.values()].reduce((sum, weight) => sum + weightBytes(weight), 0);
  }

  destroy(): void {
    for (const weight of this.weights.values()) destroyWeight(weight);
  }
}

function uploadBound(
  gpu: Gpu,
  spec: BoundSpec,
  dataOf: (spec: WeightSpec) => WeightData,
  onBytes?: (bytes: number) => void,
): Promise<Weight> {
  if (!isStack(spec)) return uploadWeight(gpu, dataOf(spec), onBytes);
  const read = new Map(partsOf(spec).map((part) => [part, dataOf(part)]));
  const parts = spec.stack.map((part) => read.get(part)!);
  if (spec.stack[0]!.shape.length > 1) return uploadStack(gpu, spec.name, parts, onBytes);
  return uploadWeight(gpu, joinedVectors(spec.name, parts.map(asVector)), onBytes);
}

function asVector(data: WeightData): DenseData {
  if (isQuantised(data)) throw new Error(`${data.name} is a vector, which is never quantised`);
  return data;
}
