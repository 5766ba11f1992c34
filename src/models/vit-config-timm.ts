// The configuration that timm writes for the hub: an architecture's name, what differs from it (model_args), and how its
// images are prepared (pretrained_cfg). torchvision's architectures are read alike, as torchvision writes no config.json.
import type { ConfigFields } from './config-fields.ts';
import type { Json } from './model.ts';
import { readGelu, readHeads, readPair, readPatchSize, refuseAll, type VitConfig } from './vit-config.ts';

/** Width, layers and heads behind the sizes in names. */
const presets: ReadonlyMap<string, readonly [width: number, layers: number, heads: number]> = new Map([
  ['tiny', [192, 12, 3]],
  ['small', [384, 12, 6]],
  ['base', [768, 12, 12]],
  ['large', [1024, 24, 16]],
  ['huge', [1280, 32, 16]],
]);
const torchvisionSizes: ReadonlyMap<string, string> = new Map([
  ['b', 'base'],
  ['l', 'large'],
  ['h', 'huge'],
]);

const neutralArguments: readonly (readonly [field: string, neutral: readonly Json[], supported: string])[] = [
  ['init_values', [], 'models without LayerScale'],
  ['pre_norm', [false], 'embeddings that are not normed before the first layer'],
  ['reg_tokens', [0], 'models without register tokens'],
  ['no_embed_class', [false], 'positions for class tokens and patches alike'],
  ['qk_norm', [false], 'queries and keys as they are'],
  ['scale_attn_norm', [false], 'attention without inner norms'],
  ['scale_mlp_norm', [false], 'feed-forward layers without inner norms'],
  ['pool_include_prefix', [false], 'the mean of the patches alone'],
  ['pos_embed', ['learn'], 'learned positions that are added once'],
  ['dynamic_img_size', [false], 'images of the size that the positions were trained on'],
  ['dynamic_img_pad', [false], 'images of the size that the positions were trained on'],
  ['proj_bias', [true], 'linear layers with bias'],
  ['block_fn', [], 'plain pre-norm blocks'],
  ['mlp_layer', [], 'feed-forward layers of two matrices with GELU between'],
  ['embed_layer', [], 'patches embedded by one convolution'],
  ['norm_layer', [], 'LayerNorm'],
];

/** Adds to `unknown` the arguments that nobody read. */
export function readTimmConfig(fields: ConfigFields, architecture: string, unknown: string[]): VitConfig {
  if (/quickgelu|rope/.test(architecture)) fields.refuse('architecture', 'GELU, and learned positions that are added');
  const preset = readName(architecture);
  const stated = fields.object('model_args') ?? fields;
  refuseAll(stated, neutralArguments);
  const trained = readInputSize(preparationOf(fields)) ?? preset?.input;
  const imageField = fieldOf(stated, 'img_size', 'image_size');
  const [height, width] = readPair(stated, imageField, trained && [trained[1], trained[2]]);
  const known = fields.value('num_features') === null ? undefined : fields.size('num_features');
  const hiddenSize = stated.size(fieldOf(stated, 'embed_dim', 'hidden_dim'), preset?.hiddenSize ?? known);
  const labels = readLabelNames(fields);
  const classesIn = stated.value('num_classes') === null ? fields : stated;
  const config: VitConfig = {
    architecture,
    image: { channels: stated.size('in_chans', trained?.[0] ?? 3), height, width },
    patchSize: readPatchSize(stated, 'patch_size', preset ? [preset.patchSize, preset.patchSize] : undefined, [
      height,
      width,
    ]),
    hiddenSize,
    intermediateSize:
      stated.value('mlp_dim') === null
        ? Math.floor(hiddenSize * stated.positive('mlp_ratio', 4))
        : stated.size('mlp_dim'),
    layers: stated.size(fieldOf(stated, 'depth', 'num_layers'), preset?.layers),
    heads: readHeads(stated, 'num_heads', preset?.heads, hiddenSize),
    normEpsilon: stated.value('norm_eps') === null ? null : stated.positive('norm_eps'),
    gelu: readGelu(stated, 'act_layer'),
    pool: readPool(stated.value('global_pool') === null ? fields : stated),
    queryKeyValueBias: stated.value('qkv_bias') === null ? null : stated.flag('qkv_bias', true),
    classes: classesIn.size('num_classes', labels?.length),
    labels,
  };
  if (stated !== fields) unknown.push(...stated.unread());
  return config;
}

/** pretrained_cfg; before timm 0.9 its fields stood in config.json itself. */
export function preparationOf(fields: ConfigFields): ConfigFields {
  return fields.object('pretrained_cfg') ?? fields;
}

/** vit_small_patch16_384.tag, deit_tiny_distilled_patch16_224, vit_b_16: other names need all sizes in model_args. */
function readName(architecture: string) {
  const timm = /^(?:vit|deit)_([a-z]+)(?:_distilled)?_patch(\d+)(?:_(\d+))?(?:[._]|$)/.exec(architecture);
  const torchvision = /^vit_([blh])_(\d+)$/.exec(architecture);
  const sizes = presets.get(timm?.[1] ?? torchvisionSizes.get(torchvision?.[1] ?? '') ?? '');
  if (!sizes) return null;
  const [hiddenSize, layers, heads] = sizes;
  const patchSize = Number(timm?.[2] ?? torchvision?.[2]);
  const side = Number(timm?.[3] ?? 224);
  return { hiddenSize, layers, heads, patchSize, input: [3, side, side] as const };
}

/** The first of the names by which timm and torchvision call an argument, or the other where that is stated. */
function fieldOf(stated: ConfigFields, name: string, other: string): string {
  return stated.value(name) === null && stated.value(other) !== null ? other : name;
}

function readInputSize(fields: ConfigFields): readonly [channels: number, height: number, width: number] | null {
  const sizes = fields.value('input_size');
  if (sizes === null) return null;
  const isSize = (size: unknown): size is number => typeof size === 'number' && Number.isSafeInteger(size) && size > 0;
  const [channels, height, width]: readonly unknown[] = Array.isArray(sizes) ? sizes : [];
  return isSize(channels) && isSize(height) && isSize(width)
    ? [channels, height, width]
    : fields.reject('input_size', 'channels, height and width');
}

function readPool(fields: ConfigFields): VitConfig['pool'] {
  return fields.word('global_pool', ['token', 'avg'], 'token') === 'token' ? 'class' : 'mean';
}

function readLabelNames(fields: ConfigFields): string[] | null {
  const names = fields.value('label_names');
  if (names === null) return null;
  const list: readonly unknown[] = Array.isArray(names) ? names : [null];
  const isName = (name: unknown): name is string => typeof name === 'string';
  return list.length > 0 && list.every(isName) ? [...list] : fields.reject('label_names', 'a list of labels');
}
