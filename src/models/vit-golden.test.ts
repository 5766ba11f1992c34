// The float64 reference of a vision transformer against golden results of an independent implementation.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Matrix } from '../engine/matrix.ts';
import { deviation } from '../engine/ops/differences.test-helper.ts';
import { explainImageReference, relevanceOf, type ReferenceNode, type ReferenceOps } from '../engine/reference.ts';
import { attnLrp, cpLrp, type Rules } from '../engine/rules.ts';
import { unfold } from '../image/unfold.ts';
import { namings } from './vit-naming.ts';
import { vitSpecs } from './vit-weights.ts';
import { vit, type CompleteVitConfig } from './vit.ts';

interface Tensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface GoldenRules {
  readonly att: 'attnlrp' | 'cplrp';
  readonly g_mlp: number;
  readonly g_conv: number;
  readonly g_qkv: number;
  readonly g_out: number;
  readonly g_head: number;
}

interface Golden {
  readonly config: Readonly<Record<string, number>>;
  readonly image: Tensor;
  readonly target: number;
  readonly params: Readonly<Record<string, Tensor>>;
  readonly logits: Tensor;
  readonly cases: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const file = join(import.meta.dirname, '../../e2e/fixtures/golden/vit.json');
const golden = JSON.parse(readFileSync(file, 'utf8')) as Golden;
const { image, patch, chans, hidden, heads, inter, layers, classes, norm_eps } = golden.config as Record<
  string,
  number
>;
const config: CompleteVitConfig = {
  architecture: 'golden',
  image: { channels: chans!, height: image!, width: image! },
  patchSize: patch!,
  hiddenSize: hidden!,
  intermediateSize: inter!,
  layers: layers!,
  heads: heads!,
  classes: classes!,
  labels: null,
  normEpsilon: norm_eps!,
  gelu: 'erf',
  pool: 'class',
  queryKeyValueBias: true,
};
// Both sides compute in float64 and divide by activations that may be small.
const tolerance = 1e-9;

test.each(Object.keys(golden.cases))('gives the golden %s', (name) => {
  const expected = golden.cases[name]!;
  const tensor = (key: string) => (expected[key] as Tensor).data;
  const rules = rulesOf(expected['rules'] as GoldenRules);
  const sites = new Map<string, ReferenceNode>();
  const { result, patches } = explain(rules, sites);

  expect(deviation(result.logits, golden.logits.data)).toBeLessThan(tolerance);
  expect(deviation(result.embedded, tensor('R_tokens_in'))).toBeLessThan(tolerance);
  // unfold rounds what is expected to float32.
  expect(deviation(patches, unfold(tensor('R_pixels'), config.image, patch!))).toBeLessThan(1e-7);
  expect(deviation(rowsOf(sites.get('patches')!, rules), tensor('R_patch'))).toBeLessThan(tolerance);
  for (let layer = 0; layer < layers!; layer++) {
    const site = (key: string) => relevanceOf(sites.get(`l${layer}.${key}`)!, rules).data;
    expect(deviation(result.layers[layer]!, tensor(`l${layer}.R_out_tokens`))).toBeLessThan(tolerance);
    expect(deviation(site('act'), tensor(`l${layer}.R_act`))).toBeLessThan(tolerance);
    expect(deviation(site('o'), rowsFirst(expected[`l${layer}.R_o`] as Tensor))).toBeLessThan(tolerance);
  }

  const { score, inputs, softmax, biases, positions, cls } = result.ledger;
  const ledger = expected['ledger'] as Readonly<Record<string, number>>;
  const wanted = [expected['sum_pixels'] as number, ...['softmax', 'bias', 'pos', 'cls'].map((key) => ledger[key]!)];
  expect(deviation([inputs, softmax!, biases!, positions!, cls!], wanted)).toBeLessThan(tolerance);
  expect(Math.abs((score - inputs - softmax! - biases! - positions! - cls!) / score)).toBeLessThan(1e-11);
});

function explain(rules: Rules, sites: Map<string, ReferenceNode>) {
  const naming = namings.find(({ library }) => library === 'transformers')!;
  const specs = vitSpecs(config, naming, new Set(naming.classTokens.slice(0, 1)));
  const preprocessing = { resize: { shorterSide: 1 }, interpolation: 'bicubic', mean: [], std: [] } as const;
  const model = vit(config, specs, preprocessing);
  const width = chans! * patch! ** 2;
  const data = Float64Array.from(unfold(golden.image.data, config.image, patch!));
  const patches: Matrix = { rows: data.length / width, width, data };
  const result = explainImageReference(
    (ops) => model.bind(recording(ops, sites), ({ name }) => parameter(name)),
    patches,
    (logits) => logits.map((_, index) => (index === golden.target ? 1 : 0)),
    rules,
  );
  return { result, patches: relevanceOf(sites.get('input')!, rules).data };
}

function rulesOf({ att, g_mlp, g_conv, g_qkv, g_out, g_head }: GoldenRules): Rules {
  return {
    ...(att === 'attnlrp' ? attnLrp : cpLrp),
    linear: [
      ['mlp', g_mlp],
      ['patches', g_conv],
      ['query-key-value', g_qkv],
      ['out', g_out],
      ['head', g_head],
    ],
  };
}

/** The same ops, noting the nodes at the sites of the golden file. */
function recording(ops: ReferenceOps, sites: Map<string, ReferenceNode>): ReferenceOps {
  let layer = 0;
  const note = (site: string, node: ReferenceNode) => {
    sites.set(site, node);
    return node;
  };
  return {
    ...ops,
    linear(x, weight, bias, site) {
      const node = ops.linear(x, weight, bias, site);
      if (site !== 'patches') return node;
      note('input', x);
      return note('patches', node);
    },
    attention: (q, k, v, shape) => note(`l${layer}.o`, ops.attention(q, k, v, shape)),
    gelu: (x, kind) => note(`l${layer++}.act`, ops.gelu(x, kind)),
  };
}

/** vit.encoder.layer.0.attention.attention.query.weight → l0.wq, and so on. */
function parameter(name: string): Matrix {
  const short = name
    .replace('vit.', '')
    .replace('encoder.layer.', 'l')
    .replace('embeddings.patch_embeddings.projection', 'e')
    .replace('embeddings.cls_token', 'cls')
    .replace('embeddings.position_embeddings', 'pos')
    .replace(/attention\.attention\.(.)\w+/, '$1')
    .replace('attention.output.dense', 'o')
    .replace('layernorm_before', '1')
    .replace('layernorm_after', '2')
    .replace('intermediate.dense', 'u')
    .replace('output.dense', 'd')
    .replace('layernorm', 'f')
    .replace('classifier', 'h')
    .replace(/(\w+)\.weight$/, (_, site: string) => (/[12f]/.test(site) ? `n${site}` : `w${site}`))
    .replace(/(\w+)\.bias$/, 'b$1');
  const { shape, data } = golden.params[short]!;
  const width = shape.at(-1)!;
  return { rows: data.length / width, width, data: Float64Array.from(data) };
}

const rowsOf = (node: ReferenceNode, rules: Rules): number[] => {
  const { rows, width, data } = relevanceOf(node, rules);
  return Array.from({ length: rows }, (_, row) =>
    data.subarray(row * width, (row + 1) * width).reduce((sum, value) => sum + value, 0),
  );
};

/** (heads, rows, headSize) → (rows, heads · headSize). */
function rowsFirst({ shape, data }: Tensor): readonly number[] {
  const [heads, rows, size] = shape as [number, number, number];
  return Array.from({ length: data.length }, (_, index) => {
    const [row, head, column] = [Math.floor(index / (heads * size)), Math.floor(index / size) % heads, index % size];
    return data[(head * rows + row) * size + column]!;
  });
}
