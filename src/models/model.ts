// What a model is: a description read from config.json, the weights it wants, and one definition over Ops<T, W>.
import type { Ops, VisionOps } from '../engine/ops.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** A tensor the model wants: its name in the checkpoint and its shape, rows first. */
export interface WeightSpec {
  readonly name: string;
  /** [out, in] of a matrix, [width] of a vector. */
  readonly shape: readonly number[];
  /** Other names under which checkpoints store the same tensor. */
  readonly aliases?: readonly string[];
  /** The stored tensor's shape where it is another: with axes of a convolution or of 1, or with more rows. */
  readonly stored?: readonly number[];
  /** Where this begins among the rows of the stored tensor: query, key and value are often stored as one. */
  readonly firstRow?: number;
}

/** Tensors of the checkpoint that the model uses as one: matrices on top of each other, or vectors side by side. */
export interface StackSpec {
  readonly name: string;
  readonly stack: readonly WeightSpec[];
}

/** What a model binds: a weight as it lies on the GPU. */
export type BoundSpec = WeightSpec | StackSpec;

/** A model bound to its weights, block by block so that a caller can checkpoint, stop and report between blocks. */
export interface Network<T> {
  readonly blocks: number;
  /** Token ids, or the patches of an image, one a row → residual stream [rows, hiddenSize]. */
  embed(input: T): T;
  block(layer: number, x: T): T;
  /** Residual stream → what the head reads, normed: one row of a text (the last, unless stated) [1, hiddenSize]. */
  final(x: T, row?: number): T;
  /** That → logits [1, vocabulary size or classes]. */
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
  readonly bind: <T, W>(ops: Ops<T, W>, weight: (spec: BoundSpec) => W) => Network<T>;
}

/** How a photograph becomes the image that the model sees: resized, cropped to its centre, (value / 255 − mean) / std. */
export interface Preprocessing {
  /** To this shorter side, in proportion; or to exactly this size. Antialiased, as Pillow does it. */
  readonly resize: { readonly shorterSide: number } | { readonly height: number; readonly width: number };
  readonly interpolation: 'bicubic' | 'bilinear';
  /** Of each channel. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** What a session needs to know of an image classifier. */
export interface ImageModel<Weights = unknown> {
  readonly architecture: string;
  readonly image: { readonly channels: number; readonly height: number; readonly width: number };
  readonly patchSize: number;
  /** The patches, which are numbered row by row. */
  readonly grid: { readonly rows: number; readonly columns: number };
  /** Rows of the residual stream above those of the patches. */
  readonly classTokens: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly classes: number;
  /** Of each class, or null where config.json has none. */
  readonly labels: readonly string[] | null;
  readonly preprocessing: Preprocessing;
  /** One spec object per weight. */
  readonly weights: Weights;
  /** embed takes patches [rows · columns, channels · patchSize²], each in the order channel, row, column. */
  readonly bind: <T, W>(ops: VisionOps<T, W>, weight: (spec: BoundSpec) => W) => Network<T>;
}
