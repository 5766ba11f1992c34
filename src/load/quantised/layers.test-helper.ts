// Test helper: one random layer in every quantised layout, written from the formats' equations number by number and bit by
// bit, with the weights it stands for. Shares nothing with the readers.
import type { JsonObject } from '../../models/model.ts';
import { openCheckpoint } from '../checkpoint.ts';
import { memorySource } from '../memory-source.ts';
import { safetensors, utf8, type TestTensor } from '../safetensors.test-helper.ts';
import { matchWeights, type MatchedWeights } from '../weights.ts';
import type { QuantisedMatrix, ScaleType } from './quantised-matrix.ts';

export interface Layer {
  readonly rows: number;
  readonly columns: number;
  /** By suffix. */
  readonly tensors: { readonly [suffix: string]: TestTensor };
  readonly config: JsonObject;
  /** Row by row, in the order of the inputs. */
  readonly weights: Float64Array;
}

export const base = 'model.layers.0.mlp.up_proj';

/** A folder with that layer alone, matched with a model that wants it alone. */
export async function matchLayer(
  { rows, columns, tensors, config }: Layer,
  files: { readonly [name: string]: JsonObject } = {},
): Promise<MatchedWeights> {
  const named = Object.entries(tensors).map(([suffix, tensor]) => [`${base}.${suffix}`, tensor]);
  const json = Object.entries({ 'config.json': config, ...files });
  const source = memorySource(
    new Map([
      ['model.safetensors', safetensors(Object.fromEntries(named))],
      ...json.map(([name, object]) => [name, utf8(JSON.stringify(object))] as const),
    ]),
  );
  return matchWeights([{ name: `${base}.weight`, shape: [rows, columns] }], await openCheckpoint(source));
}

export async function openLayer(layer: Layer): Promise<QuantisedMatrix> {
  const { quantised } = await matchLayer(layer);
  return [...quantised.values()][0]!;
}

/** Repeatable numbers. */
export class Random {
  #state: number;
  constructor(seed: number) {
    this.#state = seed * 2654435761 + 1;
  }
  /** 0 to below. */
  integer(below: number): number {
    this.#state = (Math.imul(this.#state, 1103515245) + 12345) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * below);
  }
  integers(count: number, below: number): number[] {
    return Array.from({ length: count }, () => this.integer(below));
  }
  shuffled(count: number): number[] {
    const order = Array.from({ length: count }, (_, index) => index);
    for (let i = count - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  }
  /** Stored floats of both signs with the values they have, about 2^-9 to 2. */
  floats(type: ScaleType, ...shape: number[]): { tensor: TestTensor; values: number[] } {
    return this.floatsOf('usual', type, ...shape);
  }
  /** The same of another size. */
  floatsOf(size: FloatSize, type: ScaleType, ...shape: number[]): { tensor: TestTensor; values: number[] } {
    const mantissa = type === 'F16' ? 10 : type === 'BF16' ? 7 : 23;
    const bias = type === 'F16' ? 15 : 127;
    const bytes = new DataView(new ArrayBuffer(product(shape) * (type === 'F32' ? 4 : 2)));
    const values = Array.from({ length: product(shape) }, (_, index) => {
      const [sign, power, drawn] = [this.integer(2), this.integer(10) - 9, this.integer(2 ** mantissa)];
      const field = { usual: power + bias, huge: 2 * bias, tiny: 0, zero: 0 }[size];
      const fraction = size === 'zero' ? 0 : drawn;
      const bits = (sign << (type === 'F32' ? 31 : 15)) | (field << mantissa) | fraction;
      if (type === 'F32') bytes.setUint32(index * 4, bits >>> 0, true);
      else bytes.setUint16(index * 2, bits, true);
      const hidden = field === 0 ? 0 : 1;
      return (sign ? -1 : 1) * (hidden + fraction / 2 ** mantissa) * 2 ** (Math.max(1, field) - bias);
    });
    return { tensor: { dtype: type, shape, bytes: new Uint8Array(bytes.buffer) }, values };
  }
}

/** Of stored floats: as weights have them, next to the largest there are, subnormal, or zeros of both signs. */
export type FloatSize = 'usual' | 'huge' | 'tiny' | 'zero';

export const product = (sizes: readonly number[]): number => sizes.reduce((result, size) => result * size, 1);

/** A line of values as whole words, lowest bits first. */
export function lineOfBits(values: readonly number[], bits: number): number[] {
  const words = new Array<number>(Math.ceil((values.length * bits) / 32)).fill(0);
  values.forEach((value, index) => {
    for (let bit = 0; bit < bits; bit++) {
      const at = index * bits + bit;
      if ((value >> bit) & 1) words[Math.floor(at / 32)]! += 2 ** (at % 32);
    }
  });
  return words;
}

/** Words [rows][columns] as a tensor; negative numbers wrap. */
export function wordTensor(rows: readonly (readonly number[])[], dtype = 'I32'): TestTensor {
  const words = Uint32Array.from(rows.flat());
  return { dtype, shape: [rows.length, rows[0]!.length], bytes: new Uint8Array(words.buffer) };
}

export const vectorOfIntegers = (values: readonly number[]): TestTensor => ({
  dtype: 'I32',
  shape: [values.length],
  bytes: new Uint8Array(Int32Array.from(values).buffer),
});

export const byteTensor = (values: readonly number[], shape: readonly number[], dtype: string): TestTensor => ({
  dtype,
  shape,
  bytes: Uint8Array.from(values),
});

export const transposed = <Value>(rows: readonly (readonly Value[])[]): Value[][] =>
  rows[0]!.map((_, column) => rows.map((row) => row[column]!));

/** Values cut into rows. */
export const inRows = <Value>(values: readonly Value[], width: number): Value[][] =>
  Array.from({ length: values.length / width }, (_, row) => values.slice(row * width, (row + 1) * width));

/** W[row, column] from an equation. */
export const weightsOf = (
  rows: number,
  columns: number,
  weight: (row: number, column: number) => number,
): Float64Array =>
  Float64Array.from({ length: rows * columns }, (_, index) => weight(Math.floor(index / columns), index % columns));

export interface Size {
  readonly rows: number;
  readonly columns: number;
  readonly seed?: number;
  readonly type?: ScaleType;
  /** Of scales and offsets. */
  readonly scales?: FloatSize;
}

export type GroupIndex = 'missing' | 'in order' | 'shuffled';

/** The group of each column. */
export function groupIndex(random: Random, kind: GroupIndex, columns: number, size: number): number[] {
  const groupOf = Array.from({ length: columns }, (_, column) => Math.floor(column / size));
  return kind === 'shuffled' ? random.shuffled(columns).map((column) => groupOf[column]!) : groupOf;
}

/** The layer with other tensors; undefined takes one away. */
export function change(
  layer: Layer,
  tensors: { readonly [suffix: string]: TestTensor | undefined },
  config?: JsonObject,
): Layer {
  const changed = Object.entries({ ...layer.tensors, ...tensors }).filter(([, tensor]) => tensor !== undefined);
  return { ...layer, tensors: Object.fromEntries(changed) as Layer['tensors'], config: config ?? layer.config };
}

export const named = (
  layer: Layer,
  suffix: string,
  changes: Partial<TestTensor>,
): { [suffix: string]: TestTensor } => ({
  [suffix]: { ...layer.tensors[suffix]!, ...changes },
});

/** The same bytes under another shape or type. */
export const as = (layer: Layer, suffix: string, changes: Partial<TestTensor>): Layer =>
  change(layer, named(layer, suffix, changes));
