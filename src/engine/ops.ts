// The vocabulary models are written in. A model is one function over Ops<T, W>; T is what flows (a GPU tensor, a
// float64 array with relevance), W is a stored weight. Interface only: models import nothing else of the engine.

/** Rotary embedding in the rotate-half convention. Angles are position · inverseFrequencies[i]. */
export interface Rotation {
  readonly headSize: number;
  /** headSize / 2 numbers, Llama-3 scaling already applied. The same object for every layer of a model. */
  readonly inverseFrequencies: Float64Array;
}

export interface AttentionShape {
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
  readonly causal: boolean;
  /** Sliding window: a query sees itself and the window − 1 tokens before it; null = all earlier tokens. */
  readonly window: number | null;
}

/** Every value is a matrix [rows, width], one row per token. */
export interface Ops<T, W> {
  /** ids [rows] → rows of table [vocabulary, width]. */
  embed(ids: T, table: W): T;
  /** x [rows, in] · weight [out, in]ᵀ + bias [out]. */
  linear(x: T, weight: W, bias?: W): T;
  /** x · weight / √(mean(x²) + epsilon) over groups of weight.width columns (a whole row, or each head of it). */
  rmsNorm(x: T, weight: W, epsilon: number): T;
  rope(x: T, rotation: Rotation): T;
  /** q [rows, heads · headSize], k and v [rows, keyValueHeads · headSize] → [rows, heads · headSize]. */
  attention(q: T, k: T, v: T, shape: AttentionShape): T;
  /** silu(gate) · up. */
  swiglu(gate: T, up: T): T;
  add(a: T, b: T): T;
  /** The last row alone: what the next token is predicted from. */
  lastRow(x: T): T;
}
