// What a model is: a description read from config.json, the weights it wants, and one definition over Ops<T, W>.
import type { Ops } from '../engine/ops.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** A tensor the model wants: its name in the checkpoint and its shape, rows first. */
export interface WeightSpec {
  readonly name: string;
  /** [out, in] of a matrix, [width] of a vector. */
  readonly shape: readonly number[];
  /** Other names under which checkpoints store the same tensor. */
  readonly aliases?: readonly string[];
}

/** A model bound to its weights, block by block so that a caller can checkpoint, stop and report between blocks. */
export interface Network<T> {
  readonly blocks: number;
  /** Token ids → residual stream [rows, hiddenSize]. */
  embed(ids: T): T;
  block(layer: number, x: T): T;
  /** Residual stream → the normed last row [1, hiddenSize] that the head reads. */
  final(x: T): T;
  /** That row → logits [1, vocabularySize]. */
  logits(hidden: T): T;
}

/** What a session needs to know of a language model, whatever its family. */
export interface LanguageModel<Weights = unknown> {
  readonly architecture: string;
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly contextLength: number;
  /** Width of one token's keys (and of its values) in a layer. */
  readonly keyValueWidth: number;
  /** Generation ends at any of these, as config.json states (generation_config.json may add more). */
  readonly endOfText: readonly number[];
  /** The matrix behind the logits, whose rows seed an explanation. */
  readonly head: WeightSpec;
  /** One spec object used twice in the tree (a tied head) is one stored weight. */
  readonly weights: Weights;
  readonly bind: <T, W>(ops: Ops<T, W>, weight: (spec: WeightSpec) => W) => Network<T>;
}
