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

/** What a linear layer is for: the handle by which a recipe gives it another rule than epsilon (Rules.linear). */
export type LinearSite = 'patches' | 'query-key-value' | 'out' | 'mlp' | 'head';

/** x · Φ(x), with Φ by erf or by its usual tanh approximation. */
export type GeluKind = 'erf' | 'tanh';

export interface Heads<T> {
  readonly q: T;
  readonly k: T;
  readonly v: T;
}

/** Every value is a matrix [rows, width], one row per token. */
export interface Ops<T, W> {
  /** ids [rows] → rows of table [vocabulary, width]. */
  embed(ids: T, table: W): T;
  /** x [rows, in] · weight [out, in]ᵀ + bias [out]. Without a site its rule is always epsilon. */
  linear(x: T, weight: W, bias?: W, site?: LinearSite): T;
  /** residual [rows, out] + linear(x). */
  linearOnto(residual: T, x: T, weight: W, bias?: W): T;
  /**
   * x · weight / √(mean(x²) + epsilon) over whole rows; or over each group of `width` columns, of as many columns as the
   * weight has, the others staying as they are.
   */
  rmsNorm(x: T, weight: W, epsilon: number, width?: number): T;
  /** x [rows, (heads + 2 · keyValueHeads) · headSize], query, key and value heads → these by themselves, q and k turned. */
  heads(x: T, shape: AttentionShape, rotation: Rotation): Heads<T>;
  /** q [rows, heads · headSize], k and v [rows, keyValueHeads · headSize] → [rows, heads · headSize]. */
  attention(q: T, k: T, v: T, shape: AttentionShape): T;
  /** silu(x · gateᵀ) · (x · upᵀ), with gate [width, in] on top of up [width, in] as one weight. */
  swiglu(x: T, gateAndUp: W): T;
  add(a: T, b: T): T;
  /** One row alone: what the token after it is predicted from. */
  row(x: T, index: number | 'last'): T;
}

/** What vision transformers need besides. Rows are image patches, row-major, below any class tokens. */
export interface VisionOps<T, W> extends Ops<T, W> {
  /** (x − mean(x)) · weight / √(variance(x) + epsilon) + bias, over each row. */
  layerNorm(x: T, weight: W, bias: W, epsilon: number): T;
  gelu(x: T, kind: GeluKind): T;
  /** The class tokens (a vector [width] each) on top of x [patches, width], plus positions [tokens + patches, width]. */
  classAndPositions(x: T, classTokens: readonly W[], positions: W): T;
  /** The mean of `count` rows from `first` on → [1, width]; a single row is selected. */
  pool(x: T, first: number, count: number): T;
  /** x · factor, a constant. */
  scale(x: T, factor: number): T;
}
