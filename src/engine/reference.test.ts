// The float64 reference on whole models against golden results of an independent implementation, site by site.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DecoderConfig } from '../models/decoder-config.ts';
import { decoder } from '../models/decoder.ts';
import { stackedMatrix } from '../models/stacked-matrix.test-helper.ts';
import { at, generate, type Matrix } from './matrix.ts';
import { deviation } from './ops/differences.test-helper.ts';
import { explainReference, relevanceOf, type ReferenceNode, type ReferenceOps } from './reference.ts';
import { attnLrp, cpLrp, gradient, type Rules } from './rules.ts';

interface Tensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

type Site = Readonly<Record<string, Tensor>>;

interface Golden {
  readonly config: {
    readonly vocab: number;
    readonly hidden: number;
    readonly heads: number;
    readonly kv: number;
    readonly head_dim: number;
    readonly inter: number;
    readonly layers: number;
    readonly rope_base: number;
    readonly norm_eps: number;
    readonly qkv_bias: boolean;
    readonly qk_norm: boolean;
    readonly window: number;
  };
  readonly ids: readonly number[];
  readonly target: number;
  readonly runner_up: number;
  readonly params: Site;
  readonly logits: Tensor;
  readonly acts: Readonly<Record<string, Site>>;
  readonly cases: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const folder = join(import.meta.dirname, '../../e2e/fixtures/golden');
const methods: readonly (readonly [name: string, rules: Rules])[] = [
  ['attnlrp', attnLrp],
  ['attnlrp_pair', attnLrp],
  ['cplrp', cpLrp],
  ['input_x_gradient', gradient],
];
// Both sides compute in float64 and divide by activations that may be small.
const tolerance = 1e-9;

describe.each(['llama', 'qwen2', 'qwen3', 'window'])('the float64 reference of the golden %s model', (name) => {
  const golden = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Golden;

  test.each(methods)('gives the golden %s', (method, rules) => {
    const { result, sites } = explain(golden, method, rules);
    const vocabulary = golden.config.vocab;
    expect(deviation(result.logits, golden.logits.data.slice(-vocabulary))).toBeLessThan(tolerance);
    const expected = golden.cases[method]!;
    expect(deviation(result.relevance, (expected['R_token'] as Tensor).data)).toBeLessThan(tolerance);

    const compared: string[] = [];
    for (const [site, node] of sites) {
      const [layer, act] = site.split('.') as [string, string];
      const activations = golden.acts[layer]?.[act];
      const { matrix } = node;
      if (activations) expect(deviation(columnsOf(matrix, node), rowsFirst(activations)), site).toBeLessThan(tolerance);
      const relevance = expected[site === 'embedded' ? 'R_emb' : `${layer}.R_${act}`] as Tensor | undefined;
      if (!relevance) continue;
      compared.push(site);
      const found = columnsOf(relevanceOf(node, rules), node);
      expect(deviation(found, rowsFirst(relevance)), site).toBeLessThan(tolerance);
    }
    const perLayer = { attnlrp: 9, attnlrp_pair: 9, cplrp: 7, input_x_gradient: 0 }[method];
    expect(compared).toHaveLength(1 + golden.config.layers * perLayer!);
  });

  test.each(methods.slice(0, 3))('closes the ledger of %s', (method, rules) => {
    const { ledger } = explain(golden, method, rules).result;
    const expected = golden.cases[method] as unknown as { seed: number; sum: number; ledger: Site };
    const sum = (key: string) => (expected.ledger[key] as unknown as number[]).reduce((a, b) => a + b, 0);
    const entries = [ledger.score, ledger.inputs, ledger.softmax!, ledger.biases!];
    expect(deviation(entries, [expected.seed, expected.sum, sum('softmax'), sum('bias')])).toBeLessThan(tolerance);
    const residue = ledger.score - ledger.inputs - ledger.softmax! - ledger.biases!;
    expect(Math.abs(residue / ledger.score)).toBeLessThan(1e-11);
  });
});

function explain(golden: Golden, method: string, rules: Rules) {
  const model = decoder(configOf(golden));
  const sites = new Map<string, Noted>();
  const { config } = golden;
  const heads = [config.heads, config.kv, config.kv].map((count) => count * config.head_dim);
  const result = explainReference(
    (ops) =>
      model.bind(
        recording(ops, sites, heads),
        stackedMatrix(({ name }) => parameter(golden, name)),
      ),
    golden.ids,
    (logits) => {
      const seed = new Float64Array(logits.length);
      seed[golden.target] = 1;
      if (method === 'attnlrp_pair') seed[golden.runner_up] = -1;
      return seed;
    },
    rules,
  );
  return { result, sites };
}

function configOf({ config }: Golden): DecoderConfig {
  const inverseFrequencies = Float64Array.from(
    { length: config.head_dim / 2 },
    (_, i) => config.rope_base ** ((-2 * i) / config.head_dim),
  );
  return {
    architecture: 'golden',
    vocabularySize: config.vocab,
    hiddenSize: config.hidden,
    intermediateSize: config.inter,
    layers: config.layers,
    heads: config.heads,
    keyValueHeads: config.kv,
    headSize: config.head_dim,
    contextLength: 512,
    normEpsilon: config.norm_eps,
    rotation: { headSize: config.head_dim, inverseFrequencies },
    tiedHead: false,
    endOfText: [],
    queryKeyValueBias: config.qkv_bias,
    outputBias: false,
    queryKeyNorm: config.qk_norm,
    windows: new Array<number | null>(config.layers).fill(config.window || null),
  };
}

/** model.layers.0.self_attn.q_proj.weight → l0.wq, and so on. */
function parameter({ params }: Golden, name: string): Matrix {
  const short = name
    .replace('model.layers.', 'l')
    .replace('model.', '')
    .replace('embed_tokens', 'embed')
    .replace(/self_attn\.([qkvo])_proj\.(w|b).*/, '$2$1')
    .replace(/self_attn\.([qk])_norm/, 'n$1')
    .replace(/mlp\.(.).*_proj/, 'w$1')
    .replace('input_layernorm', 'n1')
    .replace('post_attention_layernorm', 'n2')
    .replace('.weight', '');
  const { shape, data } = params[short]!;
  const width = shape.at(-1)!;
  return { rows: data.length / width, width, data: Float64Array.from(data) };
}

/** A node of which some columns are compared; all unless stated. */
type Noted = ReferenceNode & { readonly first?: number; readonly count?: number };

function columnsOf(matrix: Matrix, { first = 0, count = matrix.width }: Noted): Float64Array {
  return generate(matrix.rows, count, (row, column) => at(matrix, row, first + column)).data;
}

/** The same ops, noting the nodes at the sites of the golden files. `heads`: columns of queries, keys and values. */
function recording(ops: ReferenceOps, sites: Map<string, Noted>, heads: readonly number[]): ReferenceOps {
  let layer = 0;
  const note = (site: string, node: ReferenceNode): ReferenceNode => {
    sites.set(`l${layer}.${site}`, node);
    return node;
  };
  const noteParts = (names: string, node: ReferenceNode, widths: readonly number[]): ReferenceNode => {
    let first = 0;
    for (const [index, name] of names.split(' ').entries()) {
      sites.set(`l${layer}.${name}`, { ...node, first, count: widths[index]! });
      first += widths[index]!;
    }
    return node;
  };
  let ontoMiddle = true;
  return {
    ...ops,
    embed(ids, table) {
      const node = ops.embed(ids, table);
      sites.set('embedded', node);
      return node;
    },
    linear: (x, weight, bias) => noteParts('q k v', ops.linear(x, weight, bias), heads),
    attention: (q, k, v, shape) => note('o', ops.attention(q, k, v, shape)),
    swiglu(x, weight) {
      const both = ops.linear(x, weight);
      const width = weight.rows / 2;
      return note('neuron', ops.gate(noteParts('gate up', both, [width, width])));
    },
    linearOnto(residual, x, weight, bias) {
      const [added, sum] = ontoMiddle ? ['att', 'mid'] : ['mlp', 'out'];
      const node = note(sum!, ops.add(residual, note(added!, ops.linear(x, weight, bias))));
      if (!ontoMiddle) layer++;
      ontoMiddle = !ontoMiddle;
      return node;
    },
  };
}

/** (heads, rows, headSize) → (rows, heads · headSize); matrices stay as they are. */
function rowsFirst({ shape, data }: Tensor): readonly number[] {
  if (shape.length === 2) return data;
  const [heads, rows, size] = shape as [number, number, number];
  return Array.from({ length: data.length }, (_, index) => {
    const [row, head, column] = [Math.floor(index / (heads * size)), Math.floor(index / size) % heads, index % size];
    return data[(head * rows + row) * size + column]!;
  });
}
