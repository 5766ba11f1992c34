// The pre-norm decoder that Llama, Mistral, Qwen2 and Qwen3 share, written once over Ops:
//   h = x + attention(norm(x)),   y = h + feedForward(norm(h)),   logits = head · norm(last row of y).
import type { Ops } from '../engine/ops.ts';
import type { DecoderConfig } from './decoder-config.ts';
import { decoderSpecs, type DecoderSpecs, type LayerSpecs, type LinearSpecs } from './decoder-weights.ts';
import type { LanguageModel, Network, WeightSpec } from './model.ts';

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
  weight: (spec: WeightSpec) => W,
): Network<T> {
  const { heads, keyValueHeads, headSize, rotation } = config;
  const norm = (x: T, spec: WeightSpec) => ops.rmsNorm(x, weight(spec), config.normEpsilon);
  const linear = (x: T, { weight: matrix, bias }: LinearSpecs) =>
    bias ? ops.linear(x, weight(matrix), weight(bias)) : ops.linear(x, weight(matrix));

  function attention(layer: number, specs: LayerSpecs, x: T): T {
    const query = linear(x, specs.query);
    const key = linear(x, specs.key);
    const value = linear(x, specs.value);
    const normedQuery = specs.queryNorm ? norm(query, specs.queryNorm) : query;
    const normedKey = specs.keyNorm ? norm(key, specs.keyNorm) : key;
    const window = config.windows[layer] ?? null;
    const shape = { heads, keyValueHeads, headSize, causal: true, window };
    const mixed = ops.attention(ops.rope(normedQuery, rotation), ops.rope(normedKey, rotation), value, shape);
    return linear(mixed, specs.output);
  }

  function feedForward(specs: LayerSpecs, x: T): T {
    return linear(ops.swiglu(linear(x, specs.gate), linear(x, specs.up)), specs.down);
  }

  return {
    blocks: config.layers,
    embed: (ids) => ops.embed(ids, weight(specs.embedding)),
    block(layer, x) {
      const layerSpecs = specs.layers[layer];
      if (!layerSpecs) throw new RangeError(`layer ${layer} of a model with ${config.layers} layers`);
      const middle = ops.add(x, attention(layer, layerSpecs, norm(x, layerSpecs.attentionNorm)));
      return ops.add(middle, feedForward(layerSpecs, norm(middle, layerSpecs.feedForwardNorm)));
    },
    // One row's logits are asked for, so that row is taken before the norm and the head.
    final: (x, row) => norm(ops.row(x, row ?? 'last'), specs.norm),
    logits: (hidden) => ops.linear(hidden, weight(specs.head)),
  };
}
