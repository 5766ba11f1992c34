// The tensors of real checkpoints as Hugging Face stores them, in the order of the model. Written out here rather than
// asked of src/models, which is what they test.
import type { JsonObject } from '../../models/model.ts';
import type { PlannedTensor } from './planned-tensor.ts';

type Make = (name: string, ...shape: readonly number[]) => PlannedTensor;

/** Small enough that activations of many layers stay finite, as the initialisation of such models is. */
const deviation = 0.02;
const weights = { mean: 0, deviation };
/** Of norms. */
const scales = { mean: 1, deviation };

const maker =
  (dtype: 'BF16' | 'F32', fill: typeof weights): Make =>
  (name, ...shape) => ({ name, dtype, shape, fill });

/** LlamaForCausalLM and Qwen2ForCausalLM with a tied head, in BF16. */
export function decoderTensors(config: JsonObject): PlannedTensor[] {
  const size = (field: string): number => Number(config[field]);
  const [width, inner] = [size('hidden_size'), size('intermediate_size')];
  const headSize = Number(config['head_dim'] ?? width / size('num_attention_heads'));
  const queryWidth = headSize * size('num_attention_heads');
  const keyWidth = headSize * size('num_key_value_heads');
  const [matrix, scale] = [maker('BF16', weights), maker('BF16', scales)];
  const biased = config['model_type'] === 'qwen2';
  const bias = (name: string, count: number): PlannedTensor[] => (biased ? [matrix(name, count)] : []);
  const layer = (index: number): PlannedTensor[] => {
    const [attention, mlp] = [`model.layers.${index}.self_attn`, `model.layers.${index}.mlp`];
    return [
      matrix(`${attention}.q_proj.weight`, queryWidth, width),
      ...bias(`${attention}.q_proj.bias`, queryWidth),
      matrix(`${attention}.k_proj.weight`, keyWidth, width),
      ...bias(`${attention}.k_proj.bias`, keyWidth),
      matrix(`${attention}.v_proj.weight`, keyWidth, width),
      ...bias(`${attention}.v_proj.bias`, keyWidth),
      matrix(`${attention}.o_proj.weight`, width, queryWidth),
      matrix(`${mlp}.gate_proj.weight`, inner, width),
      matrix(`${mlp}.up_proj.weight`, inner, width),
      matrix(`${mlp}.down_proj.weight`, width, inner),
      scale(`model.layers.${index}.input_layernorm.weight`, width),
      scale(`model.layers.${index}.post_attention_layernorm.weight`, width),
    ];
  };
  return [
    matrix('model.embed_tokens.weight', size('vocab_size'), width),
    ...Array.from({ length: size('num_hidden_layers') }, (_, index) => layer(index)).flat(),
    scale('model.norm.weight', width),
  ];
}

/** ViTForImageClassification, in F32. */
export function vitTensors(config: JsonObject, classes: number): PlannedTensor[] {
  const size = (field: string): number => Number(config[field]);
  const [width, inner, patch] = [size('hidden_size'), size('intermediate_size'), size('patch_size')];
  const patches = (size('image_size') / patch) ** 2;
  const [make, scale] = [maker('F32', weights), maker('F32', scales)];
  const linear = (name: string, out: number, into: number): PlannedTensor[] => [
    make(`${name}.weight`, out, into),
    make(`${name}.bias`, out),
  ];
  const norm = (name: string): PlannedTensor[] => [scale(`${name}.weight`, width), make(`${name}.bias`, width)];
  const layer = (index: number): PlannedTensor[] => {
    const base = `vit.encoder.layer.${index}`;
    return [
      ...['query', 'key', 'value'].flatMap((name) => linear(`${base}.attention.attention.${name}`, width, width)),
      ...linear(`${base}.attention.output.dense`, width, width),
      ...linear(`${base}.intermediate.dense`, inner, width),
      ...linear(`${base}.output.dense`, width, inner),
      ...norm(`${base}.layernorm_before`),
      ...norm(`${base}.layernorm_after`),
    ];
  };
  return [
    make('vit.embeddings.cls_token', 1, 1, width),
    make('vit.embeddings.position_embeddings', 1, patches + 1, width),
    make('vit.embeddings.patch_embeddings.projection.weight', width, size('num_channels'), patch, patch),
    make('vit.embeddings.patch_embeddings.projection.bias', width),
    ...Array.from({ length: size('num_hidden_layers') }, (_, index) => layer(index)).flat(),
    ...norm('vit.layernorm'),
    ...linear('classifier', classes, width),
  ];
}

/** The same in MLX's layout: matrices as codes of 4 bits with a scale and an offset for every group of columns. */
export function mlxTensors(tensors: readonly PlannedTensor[], bits: number, group: number): PlannedTensor[] {
  // Codes are uniform: of such a deviation, and a mean that the offset takes away.
  const levels = 2 ** bits;
  const scale = deviation / Math.sqrt((levels ** 2 - 1) / 12);
  const offset = (-scale * (levels - 1)) / 2;
  return tensors.flatMap((tensor): PlannedTensor[] => {
    const { name, dtype, shape } = tensor;
    const [rows, columns] = shape;
    if (rows === undefined || columns === undefined) return [tensor];
    const base = name.replace(/\.weight$/, '');
    const perGroup = (suffix: string, mean: number): PlannedTensor => ({
      name: `${base}.${suffix}`,
      dtype,
      shape: [rows, columns / group],
      fill: { mean, deviation: Math.abs(mean) / 16 },
    });
    return [
      { name, dtype: 'U32', shape: [rows, (columns * bits) / 32], fill: 'bits' },
      perGroup('scales', scale),
      perGroup('biases', offset),
    ];
  });
}
