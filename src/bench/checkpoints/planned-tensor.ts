// A tensor that is written to a checkpoint without ever being whole in memory: what it is called, its shape, and the
// distribution its numbers are drawn from. The same seed gives the same bytes.
import { toBfloat16 } from '../../quantise/bfloat16.ts';

/** 'bits': any words at all, as packed codes are. */
export type Fill = 'bits' | { readonly mean: number; readonly deviation: number };

export interface PlannedTensor {
  readonly name: string;
  readonly dtype: 'BF16' | 'F32' | 'U32';
  readonly shape: readonly number[];
  readonly fill: Fill;
}

export const bytesPerEntry = { BF16: 2, F32: 4, U32: 4 } as const;
const pieceBytes = 4 * 2 ** 20;

export const bytesOfTensor = ({ dtype, shape }: PlannedTensor): number =>
  shape.reduce((product, size) => product * size, bytesPerEntry[dtype]);

/** The bytes of a tensor in order, a few megabytes at a time. */
export function* piecesOf(tensor: PlannedTensor, seed: number): Generator<Uint8Array<ArrayBuffer>> {
  const next = randomWords(hashOf(`${seed} ${tensor.name}`));
  const bytes = bytesOfTensor(tensor);
  for (let done = 0; done < bytes; done += pieceBytes) yield piece(tensor, Math.min(pieceBytes, bytes - done), next);
}

function piece({ dtype, fill }: PlannedTensor, bytes: number, next: () => number): Uint8Array<ArrayBuffer> {
  const values = dtype === 'BF16' ? new Uint16Array(bytes / 2) : new Uint32Array(bytes / 4);
  if (fill === 'bits') for (let i = 0; i < values.length; i++) values[i] = next();
  else {
    const table = tableOf(fill.mean, fill.deviation, dtype === 'BF16');
    // A word chooses two entries.
    for (let i = 0; i < values.length; i += 2) {
      const word = next();
      values[i] = table[word & 0xffff]!;
      values[i + 1] = table[word >>> 16]!;
    }
  }
  return new Uint8Array(values.buffer);
}

const tables = new Map<string, Uint32Array>();

/** The bits of 65,536 numbers of a normal distribution: drawing one of them is a hundred times as fast as making one. */
function tableOf(mean: number, deviation: number, halves: boolean): Uint32Array {
  const key = `${mean} ${deviation} ${halves}`;
  let table = tables.get(key);
  if (!table) {
    const next = randomWords(1);
    const uniform = (): number => (next() + 0.5) / 2 ** 32;
    // Box and Muller: r² is exponential, the angle uniform.
    const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    const values = Float32Array.from({ length: 65_536 }, () => mean + deviation * normal());
    table = halves ? Uint32Array.from(values, toBfloat16) : new Uint32Array(values.buffer);
    tables.set(key, table);
  }
  return table;
}

/** Marsaglia's xorshift of 32 bits: whole words, none of them 0. */
function randomWords(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
