// The float64 reference of whole models, for tests: Ops whose values remember how they were made, and a sweep that
// carries R itself by the paper's equations (g under rules that do not conserve). It shares no formula with the kernels.
import { at, generate, rowTotals, total, zeros, type Matrix } from './matrix.ts';
import type { VisionOps } from './ops.ts';
import * as add from './ops/add.reference.ts';
import * as attention from './ops/attention.reference.ts';
import * as classAndPositions from './ops/class-and-positions.reference.ts';
import * as columns from './ops/columns.reference.ts';
import * as embed from './ops/embed.reference.ts';
import * as gelu from './ops/gelu.reference.ts';
import * as layerNorm from './ops/layer-norm.reference.ts';
import * as linearGamma from './ops/linear-gamma.reference.ts';
import * as linear from './ops/linear.reference.ts';
import * as pool from './ops/pool.reference.ts';
import type { ReferenceOp } from './ops/reference-op.ts';
import * as rmsNorm from './ops/rms-norm.reference.ts';
import * as rope from './ops/rope.reference.ts';
import * as row from './ops/row.reference.ts';
import * as scale from './ops/scale.reference.ts';
import * as swiglu from './ops/swiglu.reference.ts';
import { gammaOf, type Rules } from './rules.ts';

export interface ReferenceNode {
  readonly matrix: Matrix;
  /** What the sweep carries to this value: R, or g where the rules do not conserve. Sums over all uses. */
  readonly carried: Matrix;
}

export interface Absorbed {
  softmax: number;
  biases: number;
  positions: number;
  cls: number;
}

export interface ReferenceOps extends VisionOps<ReferenceNode, Matrix> {
  /** A value from outside; it keeps what is carried to it. */
  leaf(matrix: Matrix): ReferenceNode;
  /** silu(gate) · up, where a row of the value is gate and then up. */
  gate(both: ReferenceNode): ReferenceNode;
  /** Goes back over everything recorded, from what has been put into the carried matrices. */
  sweep(): Absorbed;
}

export function referenceOps(rules: Rules): ReferenceOps {
  const tape: (() => void)[] = [];
  const absorbed: Absorbed = { softmax: 0, biases: 0, positions: 0, cls: 0 };
  const leaf = (matrix: Matrix): ReferenceNode => ({ matrix, carried: zeros(matrix.rows, matrix.width) });

  function apply<Inputs extends readonly Matrix[], Parameters>(
    op: ReferenceOp<Inputs, Parameters>,
    nodes: { [Index in keyof Inputs]: ReferenceNode },
    parameters: Parameters,
    absorber?: keyof Absorbed,
  ): ReferenceNode {
    const inputs = nodes.map(({ matrix }) => matrix) as readonly Matrix[] as Inputs;
    const output = leaf(op.forward(inputs, parameters));
    tape.push(() => {
      const received = rules.conserves
        ? op.relevance(output.carried, inputs, parameters, rules)
        : op.derivative(output.carried, inputs, parameters);
      received.forEach((matrix, index) => accumulate(nodes[index]!.carried, matrix));
      if (absorber) absorbed[absorber] += total(output.carried) - received.reduce((sum, each) => sum + total(each), 0);
    });
    return output;
  }

  /** A parameter that is added: what it receives is absorbed. */
  function constant(matrix: Matrix, absorber: keyof Absorbed): ReferenceNode {
    const node = leaf(matrix);
    tape.push(() => (absorbed[absorber] += total(node.carried)));
    return node;
  }

  const linearLayer: VisionOps<ReferenceNode, Matrix>['linear'] = (x, weight, bias, site) => {
    const gamma = gammaOf(rules, site);
    return gamma === 0
      ? apply(linear, [x], { weight, bias }, bias && 'biases')
      : apply(linearGamma, [x], { weight, bias, gamma }, bias && 'biases');
  };
  const gate = (both: ReferenceNode): ReferenceNode => {
    const width = both.matrix.width / 2;
    return apply(swiglu, [part(both, 0, width), part(both, width, width)], {});
  };
  const part = (x: ReferenceNode, first: number, count: number) => apply(columns, [x], { first, count });

  return {
    leaf,
    sweep() {
      for (const entry of tape.toReversed()) entry();
      return absorbed;
    },
    embed: (ids, table) => apply(embed, [ids], { table }),
    linear: linearLayer,
    linearOnto: (residual, x, weight, bias) => apply(add, [residual, linearLayer(x, weight, bias)], {}),
    rmsNorm: (x, weight, epsilon, width) => apply(rmsNorm, [x], { weight, epsilon, width }),
    heads(x, { heads, keyValueHeads, headSize }, rotation) {
      const [queries, keys] = [heads * headSize, keyValueHeads * headSize];
      return {
        q: apply(rope, [part(x, 0, queries)], rotation),
        k: apply(rope, [part(x, queries, keys)], rotation),
        v: part(x, queries + keys, keys),
      };
    },
    attention: (q, k, v, shape) => apply(attention, [q, k, v], shape, 'softmax'),
    gate,
    swiglu: (x, weight) => gate(linearLayer(x, weight)),
    add: (a, b) => apply(add, [a, b], {}),
    row: (x, index) => apply(row, [x], { row: index === 'last' ? x.matrix.rows - 1 : index }),
    layerNorm: (x, weight, bias, epsilon) => apply(layerNorm, [x], { weight, bias, epsilon }, 'biases'),
    gelu: (x, kind) => apply(gelu, [x], { kind }),
    classAndPositions: (x, classTokens, positions) =>
      apply(classAndPositions, [x, constant(stack(classTokens, x), 'cls'), constant(positions, 'positions')], {}),
    pool: (x, first, count) => apply(pool, [x], { first, count }),
    scale: (x, factor) => apply(scale, [x], { factor }),
  };
}

function stack(vectors: readonly Matrix[], { matrix: { width } }: ReferenceNode): Matrix {
  return generate(vectors.length, width, (row, column) => at(vectors[row]!, 0, column));
}

function accumulate(into: Matrix, matrix: Matrix): void {
  matrix.data.forEach((value, index) => (into.data[index]! += value));
}

/** R of a value after the sweep. */
export function relevanceOf({ matrix, carried }: ReferenceNode, rules: Rules): Matrix {
  return rules.conserves ? carried : { ...matrix, data: matrix.data.map((value, i) => value * carried.data[i]!) };
}

/** A bound model, as Network and ImageNetwork in models/model.ts: engine imports nothing from there. */
export interface ReferenceNetwork {
  readonly blocks: number;
  embed(input: ReferenceNode): ReferenceNode;
  block(layer: number, x: ReferenceNode): ReferenceNode;
  final(x: ReferenceNode): ReferenceNode;
  logits(hidden: ReferenceNode): ReferenceNode;
}

export interface ReferenceExplanation {
  /** Of the last row of a text, of an image. */
  readonly logits: Float64Array;
  /** Of each token, of each patch's pixels. */
  readonly relevance: readonly number[];
  /** Of each row of the residual stream entering the first layer: for a text the same as relevance. */
  readonly embedded: readonly number[];
  /** layers[l][t]: relevance of the residual stream leaving layer l at row t. */
  readonly layers: readonly (readonly number[])[];
  /** score = inputs + what is absorbed where the rules conserve; otherwise that is null. */
  readonly ledger: { readonly score: number; readonly inputs: number } & {
    readonly [Absorber in keyof Absorbed]: number | null;
  };
}

type Bind = (ops: ReferenceOps) => ReferenceNetwork;
/** Gives c over the classes or the vocabulary from the logits. */
type Seed = (logits: Float64Array) => Float64Array;

/** Explains the score Σ c · logits of the last row. */
export function explainReference(bind: Bind, ids: readonly number[], seed: Seed, rules: Rules): ReferenceExplanation {
  return explain(bind, { rows: ids.length, width: 1, data: Float64Array.from(ids) }, 'embedded', seed, rules);
}

/** Explains the score Σ c · logits of an image, given as rows of patches [patches, channels · size²]. */
export function explainImageReference(bind: Bind, patches: Matrix, seed: Seed, rules: Rules): ReferenceExplanation {
  return explain(bind, patches, 'input', seed, rules);
}

/** Ids are no activations, so a text's relevance is read behind the embedding; an image's at its pixels. */
function explain(
  bind: Bind,
  inputs: Matrix,
  readAt: 'input' | 'embedded',
  seed: Seed,
  rules: Rules,
): ReferenceExplanation {
  const ops = referenceOps(rules);
  const network = bind(ops);
  const input = ops.leaf(inputs);
  const residual = [network.embed(input)];
  for (let layer = 0; layer < network.blocks; layer++) residual.push(network.block(layer, residual[layer]!));
  const output = network.logits(network.final(residual.at(-1)!));
  const logits = output.matrix.data;

  const coefficients = seed(logits);
  const weighted = logits.map((logit, index) => coefficients[index]! * logit);
  output.carried.data.set(rules.conserves ? weighted : coefficients);
  const absorbed = ops.sweep();

  const [embedded, ...layers] = residual.map((node) => rowTotals(relevanceOf(node, rules)));
  const relevance = readAt === 'embedded' ? embedded! : rowTotals(relevanceOf(input, rules));
  const none = { softmax: null, biases: null, positions: null, cls: null };
  return {
    logits,
    relevance,
    embedded: embedded!,
    layers,
    ledger: {
      score: weighted.reduce((sum, value) => sum + value, 0),
      inputs: relevance.reduce((sum, value) => sum + value, 0),
      ...(rules.conserves ? absorbed : none),
    },
  };
}
