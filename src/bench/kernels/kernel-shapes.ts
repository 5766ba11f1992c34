// The matrices, heads and widths of a shape's layers, as its config.json has them: what its kernels are swept over.
import { listWeights } from '../../models/list-weights.ts';
import type { ImageModel, JsonObject, LanguageModel } from '../../models/model.ts';
import { usualTokens, type KernelShapes } from './sweep-kernels.ts';

export function kernelShapesOf(config: JsonObject, model: LanguageModel | ImageModel): KernelShapes {
  const heads = Number(config['num_attention_heads']);
  const text = 'vocabularySize' in model;
  const table = text ? model.vocabularySize : model.classes;
  const layers = listWeights(model.weights).filter(({ name }) => /\blayers?\.0\./.test(name));
  const shapes = layers.map(({ shape }) => shape).filter((shape) => shape.length === 2 && shape[0] !== table);
  const matrices = new Map(shapes.map(([rows, columns]) => [`${rows} × ${columns}`, [rows!, columns!] as const]));
  return {
    matrices: [...matrices.values()],
    attention: {
      heads,
      keyValueHeads: Number(config['num_key_value_heads'] ?? heads),
      headSize: model.hiddenSize / heads,
      causal: text,
      window: null,
    },
    width: model.hiddenSize,
    ...(text ? usualTokens : { tokens: [13, 197], attentionTokens: [197] }),
  };
}
