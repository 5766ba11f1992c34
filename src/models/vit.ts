// The pre-norm vision transformer, written once over VisionOps:
//   x = [class tokens; patches · Wᵀ] + positions,   h = x + attention(norm(x)),   y = h + feedForward(norm(h)),
//   logits = head · pooled norm(y); of a distilled DeiT the mean of two heads, each on its own class token.
import type { LinearSite, VisionOps } from '../engine/ops.ts';
import type { LinearSpecs } from './decoder-weights.ts';
import type { BoundSpec, ImageModel, Network, Preprocessing } from './model.ts';
import type { VitConfig } from './vit-config.ts';
import type { NormSpecs, VitLayerSpecs, VitSpecs } from './vit-weights.ts';

/** A configuration with nothing left open. */
export type CompleteVitConfig = VitConfig & { readonly normEpsilon: number };

export function vit(config: CompleteVitConfig, weights: VitSpecs, preprocessing: Preprocessing): ImageModel<VitSpecs> {
  const { architecture, image, patchSize, hiddenSize, layers, classes, labels } = config;
  return {
    architecture,
    image,
    patchSize,
    grid: { rows: image.height / patchSize, columns: image.width / patchSize },
    classTokens: weights.classTokens.length,
    hiddenSize,
    layers,
    classes,
    labels,
    preprocessing,
    weights,
    bind: (ops, weight) => bindVit(config, weights, ops, weight),
  };
}

function bindVit<T, W>(
  config: CompleteVitConfig,
  specs: VitSpecs,
  ops: VisionOps<T, W>,
  weight: (spec: BoundSpec) => W,
): Network<T> {
  const { heads, hiddenSize, image, patchSize, normEpsilon, gelu } = config;
  const shape = { heads, keyValueHeads: heads, headSize: hiddenSize / heads, causal: false, window: null };
  const patchCount = (image.height / patchSize) * (image.width / patchSize);
  const norm = (x: T, { weight: scale, bias }: NormSpecs) => ops.layerNorm(x, weight(scale), weight(bias), normEpsilon);
  const linear = (x: T, { weight: matrix, bias }: LinearSpecs, site: LinearSite) =>
    ops.linear(x, weight(matrix), bias ? weight(bias) : undefined, site);

  function attention(specs: VitLayerSpecs, x: T): T {
    const query = linear(x, specs.query, 'query-key-value');
    const key = linear(x, specs.key, 'query-key-value');
    const value = linear(x, specs.value, 'query-key-value');
    return linear(ops.attention(query, key, value, shape), specs.output, 'out');
  }

  function feedForward(specs: VitLayerSpecs, x: T): T {
    return linear(ops.gelu(linear(x, specs.up, 'mlp'), gelu), specs.down, 'mlp');
  }

  /** What a head reads; the first reads the first class token. */
  function pooled(hidden: T, head: number): T {
    const mean = config.pool === 'mean';
    const rows = ops.pool(hidden, mean ? specs.classTokens.length : head, mean ? patchCount : 1);
    return specs.headNorm ? norm(rows, specs.headNorm) : rows;
  }

  return {
    blocks: config.layers,
    embed(patches) {
      const tokens = linear(patches, specs.patches, 'patches');
      return ops.classAndPositions(tokens, specs.classTokens.map(weight), weight(specs.positions));
    },
    block(layer, x) {
      const layerSpecs = specs.layers[layer];
      if (!layerSpecs) throw new RangeError(`layer ${layer} of a model with ${config.layers} layers`);
      const middle = ops.add(x, attention(layerSpecs, norm(x, layerSpecs.attentionNorm)));
      return ops.add(middle, feedForward(layerSpecs, norm(middle, layerSpecs.feedForwardNorm)));
    },
    final: (x) => (specs.norm ? norm(x, specs.norm) : x),
    logits(hidden) {
      const [first, second] = specs.heads.map((head, index) => linear(pooled(hidden, index), head, 'head'));
      return second === undefined ? first! : ops.scale(ops.add(first!, second), 0.5);
    },
  };
}
