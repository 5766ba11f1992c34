// The pre-norm decoder that Llama, Mistral, Qwen2 and Qwen3 share, written once over Ops:
//   h = x + attention(norm(x)),   y = h + feedForward(norm(h)),   logits = head · norm(last row of y).
import type { Ops } from '../engine/ops.ts';
import type { DecoderConfig } from './decoder-config.ts';
import { decoderSpecs, type DecoderSpecs, type LayerSpecs, type LinearSpecs } from './decoder-weights.ts';
import type { BoundSpec, LanguageModel, Network, WeightSpec } from './model.ts';

export function decoder(config: DecoderConfig): LanguageModel<DecoderSpecs> {
  const weights = decoderSpecs(config);
  return {
    architecture: config.architecture,
    vocabularySize: config.vocabularySize,
    hiddenSize: config.hiddenSize,
    layers: config.layers,
    contextLength: config.contextLength,
    keyValueWidth: config.keyValueHeads * config.headSize,
    endOfText: config.endOfText,
    head: weights.head,
    weights,
    bind: (ops, weight) => bindDecoder(config, weights, ops, weight),
  };
}

function bindDecoder<T, W>(
  config: DecoderConfig,
  specs: DecoderSpecs,
  ops: Ops<T, W>,
  weight: (spec: BoundSpec) => W,
): Network<T> {
  const { heads, keyValueHeads, headSize, rotation, normEpsilon } = config;
  const norm = (x: T, spec: WeightSpec) => ops.rmsNorm(x, weight(spec), normEpsilon);
  const biasOf = ({ bias }: LinearSpecs<BoundSpec>) => (bias ? weight(bias) : undefined);

  /** x + attention(norm(x)) */
  function attention(layer: number, specs: LayerSpecs, x: T): T {
    const { queryKeyValue, headNorms, output } = specs;
    const shape = { heads, keyValueHeads, headSize, causal: true, window: config.windows[layer] ?? null };
    const normed = norm(x, specs.attentionNorm);
    const together = ops.linear(normed, weight(queryKeyValue.weight), biasOf(queryKeyValue));
    const ready = headNorms ? ops.rmsNorm(together, weight(headNorms), normEpsilon, headSize) : together;
    const { q, k, v } = ops.heads(ready, shape, rotation);
    return ops.linearOnto(x, ops.attention(q, k, v, shape), weight(output.weight), biasOf(output));
  }

  /** x + feedForward(norm(x)) */
  function feedForward({ feedForwardNorm, gateAndUp, down }: LayerSpecs, x: T): T {
    const neurons = ops.swiglu(norm(x, feedForwardNorm), weight(gateAndUp));
    return ops.linearOnto(x, neurons, weight(down.weight), biasOf(down));
  }

  return {
    blocks: config.layers,
    embed: (ids) => ops.embed(ids, weight(specs.embedding)),
    block(layer, x) {
      const layerSpecs = specs.layers[layer];
      if (!layerSpecs) throw new RangeError(`layer ${layer} of a model with ${config.layers} layers`);
      return feedForward(layerSpecs, attention(layer, layerSpecs, x));
    },
    // One row's logits are asked for, so that row is taken before the norm and the head.
    final: (x, row) => norm(ops.row(x, row ?? 'last'), specs.norm),
    logits: (hidden) => ops.linear(hidden, weight(specs.head)),
  };
}
