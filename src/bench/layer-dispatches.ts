// Dispatches that one layer takes, told from those around the layers: a network whose blocks count their own.
import type { Gpu } from '../engine/gpu.ts';
import type { LanguageModel, Network } from '../models/model.ts';
import { median } from './median.ts';

export class LayerDispatches {
  private counts: number[] = [];

  constructor(private readonly gpu: Gpu) {}

  watch<T>(network: Network<T>): Network<T> {
    const block: Network<T>['block'] = (layer, x) => {
      const before = this.gpu.dispatches;
      const y = network.block(layer, x);
      this.counts.push(this.gpu.dispatches - before);
      return y;
    };
    return { ...network, block };
  }

  /** The same model; only its blocks are watched. */
  watchModel(model: LanguageModel): LanguageModel {
    return { ...model, bind: (ops, weight) => this.watch(model.bind(ops, weight)) };
  }

  /** Of most blocks since the last call: what is written has a short text before it, which is read. */
  take(): number {
    const perBlock = median(this.counts);
    this.counts = [];
    return perBlock;
  }
}

/**
 * Of an explanation, there and back. `steps`: dispatches at its start and after each step: the layers, the top, the
 * layers again. The first layer's step has what comes before it too, so medians are taken over all layers.
 */
export function explainedLayerDispatches(steps: readonly number[]): number {
  const taken = steps.slice(1).map((dispatches, index) => dispatches - steps[index]!);
  const layers = (taken.length - 1) / 2;
  return median(taken.slice(Math.min(1, layers - 1), layers)) + median(taken.slice(layers + 1));
}
