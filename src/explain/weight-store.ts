// The weights of a model on the GPU, found by the specs that asked for them.
import { destroyWeight, weightBytes, type Weight } from '../engine/weight.ts';
import type { WeightSpec } from '../models/model.ts';

export class WeightStore {
  constructor(private readonly weights: ReadonlyMap<WeightSpec, Weight>) {}

  readonly weight = (spec: WeightSpec): Weight => {
    const weight = this.weights.get(spec);
    if (!weight) throw new Error(`no weight was loaded for ${spec.name}`);
    return weight;
  };

  get bytes(): number {
    return [...this.weights.values()].reduce((sum, weight) => sum + weightBytes(weight), 0);
  }

  destroy(): void {
    for (const weight of this.weights.values()) destroyWeight(weight);
  }
}
