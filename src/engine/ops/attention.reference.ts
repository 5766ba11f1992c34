// O = A·V, A = softmax(S), S = Q·Kᵀ / √headSize where a query may look, head by head.
// Relevance by AttnLRP, with e the summed index in each denominator:
//   O = A·V      half to each factor (Prop. 3.3): R(A_ij) = ½ Σ_d A_ij V_jd R(O_id) / O_id, R(V_jd) alike over i
//   A = softmax  R(S_ij) = S_ij (R(A_ij) − A_ij Σ_k R(A_ik))                                            (Prop. 3.1)
//   S = Q·Kᵀ     half to each factor again
// CP-LRP holds A constant, so values receive everything. The halves come from the rules.
import { addAt, at, share, zeros, type Matrix } from '../matrix.ts';
import type { AttentionShape } from '../ops.ts';
import type { Rules } from '../rules.ts';

type Inputs = readonly [q: Matrix, k: Matrix, v: Matrix];

export function forward([q, k, v]: Inputs, shape: AttentionShape): Matrix {
  const output = zeros(q.rows, q.width);
  eachHead(shape, (queryColumn, keyColumn) => {
    const { weights } = attend(q, k, shape, queryColumn, keyColumn);
    eachPair(weights, shape.headSize, (i, j, d) =>
      addAt(output, i, queryColumn + d, at(weights, i, j) * at(v, j, keyColumn + d)),
    );
  });
  return output;
}

export function relevance(output: Matrix, inputs: Inputs, shape: AttentionShape, rules: Rules): Matrix[] {
  const [q, k, v] = inputs;
  const o = forward(inputs, shape);
  const [toQuery, toKey, toValue] = [zeros(q.rows, q.width), zeros(k.rows, k.width), zeros(v.rows, v.width)];
  const valueShare = rules.attention.value;
  const weightShare = 2 * rules.attention.queryKey;

  eachHead(shape, (queryColumn, keyColumn) => {
    const { scores, weights } = attend(q, k, shape, queryColumn, keyColumn);
    const toWeight = zeros(weights.rows, weights.width);
    eachPair(weights, shape.headSize, (i, j, d) => {
      const part = at(weights, i, j) * at(v, j, keyColumn + d);
      const received = share(part, at(o, i, queryColumn + d)) * at(output, i, queryColumn + d);
      addAt(toValue, j, keyColumn + d, valueShare * received);
      addAt(toWeight, i, j, weightShare * received);
    });

    const toScore = zeros(weights.rows, weights.width);
    eachVisible(weights, shape, (i, j) => {
      let row = 0;
      for (let other = 0; other < weights.width; other++) row += at(toWeight, i, other);
      addAt(toScore, i, j, at(scores, i, j) * (at(toWeight, i, j) - at(weights, i, j) * row));
    });

    eachPair(weights, shape.headSize, (i, j, d) => {
      const part = (at(q, i, queryColumn + d) * at(k, j, keyColumn + d)) / Math.sqrt(shape.headSize);
      const received = share(part, at(scores, i, j)) * at(toScore, i, j);
      addAt(toQuery, i, queryColumn + d, received / 2);
      addAt(toKey, j, keyColumn + d, received / 2);
    });
  });
  return [toQuery, toKey, toValue];
}

/** ∂A_ij/∂S_ik = A_ij (δ_jk − A_ik); both matrix products differentiated in full. */
export function derivative(output: Matrix, [q, k, v]: Inputs, shape: AttentionShape): Matrix[] {
  const [toQuery, toKey, toValue] = [zeros(q.rows, q.width), zeros(k.rows, k.width), zeros(v.rows, v.width)];
  eachHead(shape, (queryColumn, keyColumn) => {
    const { weights } = attend(q, k, shape, queryColumn, keyColumn);
    const toWeight = zeros(weights.rows, weights.width);
    eachPair(weights, shape.headSize, (i, j, d) => {
      const g = at(output, i, queryColumn + d);
      addAt(toWeight, i, j, g * at(v, j, keyColumn + d));
      addAt(toValue, j, keyColumn + d, g * at(weights, i, j));
    });
    const toScore = zeros(weights.rows, weights.width);
    eachVisible(weights, shape, (i, j) => {
      for (let other = 0; other < weights.width; other++) {
        const slope = at(weights, i, other) * ((other === j ? 1 : 0) - at(weights, i, j));
        addAt(toScore, i, j, at(toWeight, i, other) * slope);
      }
    });
    eachPair(weights, shape.headSize, (i, j, d) => {
      const g = at(toScore, i, j) / Math.sqrt(shape.headSize);
      addAt(toQuery, i, queryColumn + d, g * at(k, j, keyColumn + d));
      addAt(toKey, j, keyColumn + d, g * at(q, i, queryColumn + d));
    });
  });
  return [toQuery, toKey, toValue];
}

/** Scaled scores and their softmax; both 0 where a query must not look. */
function attend(q: Matrix, k: Matrix, shape: AttentionShape, queryColumn: number, keyColumn: number) {
  const scores = zeros(q.rows, k.rows);
  const weights = zeros(q.rows, k.rows);
  eachVisible(scores, shape, (i, j) => {
    let product = 0;
    for (let d = 0; d < shape.headSize; d++) product += at(q, i, queryColumn + d) * at(k, j, keyColumn + d);
    addAt(scores, i, j, product / Math.sqrt(shape.headSize));
  });
  const largest = new Float64Array(q.rows).fill(-Infinity);
  eachVisible(scores, shape, (i, j) => (largest[i] = Math.max(largest[i]!, at(scores, i, j))));
  const sums = new Float64Array(q.rows);
  eachVisible(scores, shape, (i, j) => (sums[i]! += Math.exp(at(scores, i, j) - largest[i]!)));
  eachVisible(scores, shape, (i, j) => addAt(weights, i, j, Math.exp(at(scores, i, j) - largest[i]!) / sums[i]!));
  return { scores, weights };
}

/** First column of each query head, and of the key/value head it shares with its group. */
function eachHead(shape: AttentionShape, visit: (queryColumn: number, keyColumn: number) => void): void {
  const group = shape.heads / shape.keyValueHeads;
  for (let head = 0; head < shape.heads; head++)
    visit(head * shape.headSize, Math.floor(head / group) * shape.headSize);
}

function eachPair(pairs: Matrix, headSize: number, visit: (i: number, j: number, d: number) => void): void {
  for (let i = 0; i < pairs.rows; i++)
    for (let j = 0; j < pairs.width; j++) for (let d = 0; d < headSize; d++) visit(i, j, d);
}

function eachVisible(pairs: Matrix, { causal, window }: AttentionShape, visit: (i: number, j: number) => void): void {
  for (let i = 0; i < pairs.rows; i++)
    for (let j = 0; j < pairs.width; j++) if (!(causal && j > i) && !(window !== null && i - j >= window)) visit(i, j);
}
