// The float64 reference of whole models, for tests: Ops whose values remember how they were made, and a sweep that
// carries R itself by the paper's equations (g under rules that do not conserve). It shares no formula with the kernels.
import { rowTotals, total, zeros, type Matrix } from './matrix.ts';
import type { Ops } from './ops.ts';
import * as add from './ops/add.reference.ts';
import * as attention from './ops/attention.reference.ts';
import * as embed from './ops/embed.reference.ts';
import * as lastRow from './ops/last-row.reference.ts';
import * as linear from './ops/linear.reference.ts';
import type { ReferenceOp } from './ops/reference-op.ts';
import * as rmsNorm from './ops/rms-norm.reference.ts';
import * as rope from './ops/rope.reference.ts';
import * as swiglu from './ops/swiglu.reference.ts';
import type { Rules } from './rules.ts';

export interface ReferenceNode {
  readonly matrix: Matrix;
  /** What the sweep carries to this value: R, or g where the rules do not conserve. Sums over all uses. */
  readonly carried: Matrix;
}

export interface Absorbed {
  softmax: number;
  biases: number;
}

export interface ReferenceOps extends Ops<ReferenceNode, Matrix> {
  /** A value from outside; it keeps what is carried to it. */
  leaf(matrix: Matrix): ReferenceNode;
  /** Goes back over everything recorded, from what has been put into the carried matrices. */
  sweep(): Absorbed;
}

export function referenceOps(rules: Rules): ReferenceOps {
  const tape: (() => void)[] = [];
  const absorbed: Absorbed = { softmax: 0, biases: 0 };
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

  return {
    leaf,
    sweep() {
      for (const entry of tape.toReversed()) entry();
      return absorbed;
    },
    embed: (ids, table) => apply(embed, [ids], { table }),
    linear: (x, weight, bias) => apply(linear, [x], { weight, bias }, bias && 'biases'),
    rmsNorm: (x, weight, epsilon) => apply(rmsNorm, [x], { weight, epsilon }),
    rope: (x, rotation) => apply(rope, [x], rotation),
    attention: (q, k, v, shape) => apply(attention, [q, k, v], shape, 'softmax'),
    swiglu: (gate, up) => apply(swiglu, [gate, up], {}),
    add: (a, b) => apply(add, [a, b], {}),
    lastRow: (x) => apply(lastRow, [x], {}),
  };
}

function accumulate(into: Matrix, matrix: Matrix): void {
  matrix.data.forEach((value, index) => (into.data[index]! += value));
}

/** R of a value after the sweep. */
export function relevanceOf({ matrix, carried }: ReferenceNode, rules: Rules): Matrix {
  return rules.conserves ? carried : { ...matrix, data: matrix.data.map((value, i) => value * carried.data[i]!) };
}

/** A bound model, as Network in models/model.ts: engine imports nothing from there. */
export interface ReferenceNetwork {
  readonly blocks: number;
  embed(ids: ReferenceNode): ReferenceNode;
  block(layer: number, x: ReferenceNode): ReferenceNode;
  final(x: ReferenceNode): ReferenceNode;
  logits(hidden: ReferenceNode): ReferenceNode;
}

export interface ReferenceExplanation {
  /** Of the last row. */
  readonly logits: Float64Array;
  /** Of each token. */
  readonly relevance: readonly number[];
  /** layers[l][t]: relevance of the residual stream leaving layer l at token t. */
  readonly layers: readonly (readonly number[])[];
  /** score = inputs + softmax + biases where the rules conserve; otherwise the latter two are null. */
  readonly ledger: {
    readonly score: number;
    readonly inputs: number;
    readonly softmax: number | null;
    readonly biases: number | null;
  };
}

/** Explains the score Σ c · logits of the last row; seed gives c over the vocabulary from the logits. */
export function explainReference(
  bind: (ops: ReferenceOps) => ReferenceNetwork,
  ids: readonly number[],
  seed: (logits: Float64Array) => Float64Array,
  rules: Rules,
): ReferenceExplanation {
  const ops = referenceOps(rules);
  const network = bind(ops);
  const embedded = network.embed(ops.leaf({ rows: ids.length, width: 1, data: Float64Array.from(ids) }));
  const residual = [embedded];
  for (let layer = 0; layer < network.blocks; layer++) residual.push(network.block(layer, residual[layer]!));
  const output = network.logits(network.final(residual.at(-1)!));
  const logits = output.matrix.data;

  const coefficients = seed(logits);
  const weighted = logits.map((logit, index) => coefficients[index]! * logit);
  output.carried.data.set(rules.conserves ? weighted : coefficients);
  const absorbed = ops.sweep();

  const [relevance, ...layers] = residual.map((node) => rowTotals(relevanceOf(node, rules)));
  return {
    logits,
    relevance: relevance!,
    layers,
    ledger: {
      score: weighted.reduce((sum, value) => sum + value, 0),
      inputs: relevance!.reduce((sum, value) => sum + value, 0),
      softmax: rules.conserves ? absorbed.softmax : null,
      biases: rules.conserves ? absorbed.biases : null,
    },
  };
}
