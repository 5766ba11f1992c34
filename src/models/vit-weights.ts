// Which tensors a vision transformer wants, under the names of transformers, timm or torchvision. The checkpoint decides
// which names they are, and so what configurations leave open: class tokens, norms, heads.
import { AppError } from '../errors.ts';
import type { LinearSpecs } from './decoder-weights.ts';
import type { WeightSpec } from './model.ts';
import { namings, type VitNaming } from './vit-naming.ts';
import type { VitConfig } from './vit-config.ts';

export interface NormSpecs {
  readonly weight: WeightSpec;
  readonly bias: WeightSpec;
}

export interface VitLayerSpecs {
  readonly attentionNorm: NormSpecs;
  readonly query: LinearSpecs;
  readonly key: LinearSpecs;
  readonly value: LinearSpecs;
  readonly output: LinearSpecs;
  readonly feedForwardNorm: NormSpecs;
  readonly up: LinearSpecs;
  readonly down: LinearSpecs;
}

export interface VitSpecs {
  readonly patches: LinearSpecs;
  readonly classTokens: readonly WeightSpec[];
  readonly positions: WeightSpec;
  readonly layers: readonly VitLayerSpecs[];
  /** Before pooling and after it. */
  readonly norm: NormSpecs | null;
  readonly headNorm: NormSpecs | null;
  /** Of the distilled DeiT two, one for each class token, whose logits are averaged. */
  readonly heads: readonly LinearSpecs[];
}

/** Tensors that change the result, and that we do not compute. */
const refused: readonly (readonly [name: RegExp, what: string])[] = [
  [/\.ls[12]\.|\.gamma_[12]$|layer_?scale/, 'LayerScale'],
  [/(^|\.)norm_pre\.|pre_layrnorm|ln_pre/, 'a norm before the first layer'],
  [/(^|\.)reg(ister)?_tokens?$/, 'register tokens'],
  [/[qk]_norm\./, 'norms of queries and keys'],
  [/rel_pos|relative_position/, 'relative positions'],
  [/mlp\.(w[123]|w12|fc1_[gx])\.|weights_(in|out)\./, 'a gated feed-forward layer (SwiGLU)'],
  [/(attn|mlp)\.norm\./, 'norms inside attention or feed-forward layers'],
  [/attn_pool/, 'pooling by attention'],
  [/pre_logits/, 'a layer before the head'],
  [/patch_embed\.(backbone|proj\.\d)|patch_embeddings\.backbone|conv_proj\.\w*\d/, 'a convolutional stem'],
];

export function namingOf(tensors: ReadonlySet<string>): VitNaming {
  for (const [name, what] of refused) {
    const found = [...tensors].find((tensor) => name.test(tensor));
    if (found)
      throw new AppError(
        'UnsupportedError',
        `The checkpoint holds "${found}", which belongs to ${what}. Supported: plain vision transformers.`,
      );
  }
  const naming = namings.find(({ patches }) => tensors.has(`${patches}.weight`));
  if (naming) return naming;
  const wanted = namings.map(({ patches }) => `"${patches}.weight"`).join(', ');
  throw new AppError(
    'FormatError',
    `The checkpoint holds no patch embedding of a vision transformer: none of ${wanted}. ` +
      'Names of transformers, timm and torchvision are known.',
  );
}

export function vitSpecs(config: VitConfig, naming: VitNaming, tensors: ReadonlySet<string>): VitSpecs {
  const { hiddenSize, image, patchSize } = config;
  const patchWidth = image.channels * patchSize ** 2;
  const patches = (image.height / patchSize) * (image.width / patchSize);
  const classTokens = naming.classTokens
    .filter((name) => tensors.has(name))
    .map((name): WeightSpec => ({ name, shape: [hiddenSize], stored: [1, 1, hiddenSize] }));
  const rows = classTokens.length + patches;
  const has = ({ weight }: NormSpecs) => tensors.has(weight.name);
  const norm = normSpecs(naming.norm, hiddenSize);
  const headNorm = naming.headNorm === null ? null : normSpecs(naming.headNorm, hiddenSize);
  const withHeadNorm = headNorm !== null && has(headNorm);
  const heads = naming.heads.filter((name) => tensors.has(`${name}.weight`));
  return {
    patches: {
      weight: {
        name: `${naming.patches}.weight`,
        shape: [hiddenSize, patchWidth],
        stored: [hiddenSize, image.channels, patchSize, patchSize],
      },
      bias: { name: `${naming.patches}.bias`, shape: [hiddenSize] },
    },
    classTokens,
    positions: { name: naming.positions, shape: [rows, hiddenSize], stored: [1, rows, hiddenSize] },
    layers: Array.from({ length: config.layers }, (_, layer) => layerSpecs(config, naming, layer, tensors)),
    norm: withHeadNorm && !has(norm) ? null : norm,
    headNorm: withHeadNorm ? headNorm : null,
    heads: (heads.length > 0 ? heads : naming.heads.slice(0, 1)).map((name) =>
      linearSpecs([name], config.classes, hiddenSize),
    ),
  };
}

function layerSpecs(config: VitConfig, naming: VitNaming, layer: number, tensors: ReadonlySet<string>): VitLayerSpecs {
  const { hiddenSize, intermediateSize } = config;
  const prefix = naming.layer(layer);
  const norm = (name: string) => normSpecs(prefix + name, hiddenSize);
  const linear = (names: readonly string[], out: number, width: number) =>
    linearSpecs(
      names.map((name) => prefix + name),
      out,
      width,
    );
  const [query, key, value] = projections(config, naming, prefix, tensors);
  return {
    attentionNorm: norm(naming.attentionNorm),
    query,
    key,
    value,
    output: linear([naming.output], hiddenSize, hiddenSize),
    feedForwardNorm: norm(naming.feedForwardNorm),
    up: linear(naming.up, intermediateSize, hiddenSize),
    down: linear(naming.down, hiddenSize, intermediateSize),
  };
}

/** Queries, keys and values, from a matrix each or from thirds of one. */
function projections(
  { hiddenSize, queryKeyValueBias }: VitConfig,
  { queryKeyValue }: VitNaming,
  prefix: string,
  tensors: ReadonlySet<string>,
): readonly [LinearSpecs, LinearSpecs, LinearSpecs] {
  const fused = 'weight' in queryKeyValue;
  const make = (part: 0 | 1 | 2): LinearSpecs => {
    const weight = prefix + (fused ? queryKeyValue.weight : `${queryKeyValue[part]}.weight`);
    const bias = prefix + (fused ? queryKeyValue.bias : `${queryKeyValue[part]}.bias`);
    const third = (stored: readonly number[]) =>
      fused ? { stored: [3 * hiddenSize, ...stored], firstRow: part * hiddenSize } : {};
    return {
      weight: { name: weight, shape: [hiddenSize, hiddenSize], ...third([hiddenSize]) },
      bias: (queryKeyValueBias ?? tensors.has(bias)) ? { name: bias, shape: [hiddenSize], ...third([]) } : null,
    };
  };
  return [make(0), make(1), make(2)];
}

function linearSpecs([name, ...others]: readonly string[], out: number, width: number): LinearSpecs {
  const aliases = (suffix: string) => (others.length > 0 ? { aliases: others.map((other) => other + suffix) } : {});
  return {
    weight: { name: `${name}.weight`, shape: [out, width], ...aliases('.weight') },
    bias: { name: `${name}.bias`, shape: [out], ...aliases('.bias') },
  };
}

function normSpecs(name: string, width: number): NormSpecs {
  return { weight: { name: `${name}.weight`, shape: [width] }, bias: { name: `${name}.bias`, shape: [width] } };
}
