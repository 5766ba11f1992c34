// bitsandbytes nf4 and fp4: the matrix row after row, two codes a byte with the first in the high half, W = map[q] · absmax
// of the block. Blocks run across row ends. With double quantisation the maxima are codes themselves.
import { readWhole, type StoredTensor } from '../stored-tensor.ts';
import { readState, type FourBitState } from './bitsandbytes-state.ts';
import { codeRowBytes, packLine, swapNibbles } from './codes.ts';
import { readScales } from './entries.ts';
import { damaged, expectTensor, find, misfit, need, type QuantisedModule, type QuantisedScheme } from './module.ts';
import type { QuantisedMatrix } from './quantised-matrix.ts';

const stateSuffixes = ['nf4', 'fp4'].map((kind) => `weight.quant_state.bitsandbytes__${kind}`);

/** Of the tensor that describes a 4-bit layer. */
export const stateSuffix = (module: QuantisedModule): string | undefined =>
  stateSuffixes.find((suffix) => find(module, suffix) !== undefined);

export async function openFourBit(
  module: QuantisedModule,
  scheme: QuantisedScheme,
  signal?: AbortSignal,
): Promise<QuantisedMatrix> {
  const { base, rows, columns } = module;
  const suffix = stateSuffix(module) ?? stateSuffixes[0]!;
  const stateTensor = need(module, suffix, scheme);
  const weight = need(module, 'weight', scheme);
  const maxima = need(module, 'weight.absmax', scheme);
  const map = need(module, 'weight.quant_map', scheme);
  const state = await readState(stateTensor, suffix.slice(-3), maxima.dtype === 'U8', signal);
  const { blockSize, shape } = state;
  if (shape.join() !== [rows, columns].join())
    misfit(
      stateTensor,
      `says that the matrix is [${shape.join(', ')}], where the model of config.json has [${rows}, ${columns}]`,
    );
  // Whatever type the bytes are stored under.
  const bytes = weight.end - weight.start;
  if (bytes * 2 !== rows * columns)
    misfit(weight, `${(rows * columns) / 2} bytes are expected of a matrix [${rows}, ${columns}], not ${bytes}`);
  const layout = `bitsandbytes with 4 bits in blocks of ${blockSize} for a weight [${rows}, ${columns}]`;
  const blocks = Math.ceil((rows * columns) / blockSize);
  expectTensor(maxima, state.nested ? ['U8'] : ['F32'], [blocks], layout);
  expectTensor(map, ['F32'], [16], 'the values of the codes');
  const table = [...(readScales(await readWhole(map, signal), map) as Float32Array)];
  const nested = state.nested && (await openNested(module, blocks, state.nested, scheme, signal));
  const parts = [nested?.maxima, nested?.map].filter((tensor) => tensor !== undefined);

  return {
    name: base,
    format: { bits: 4, kind: 'table-f32', group: blockSize, table },
    rows,
    columns,
    tensors: [weight, maxima, map, stateTensor, ...parts],
    async readCodes(first, last, signal) {
      const begin = weight.start + Math.floor((first * columns) / 2);
      const stored = await weight.file.read(begin, weight.start + Math.ceil((last * columns) / 2), signal);
      const pairs = swapNibbles(stored);
      return columns % 8 === 0 ? pairs : alignRows(pairs, last - first, columns, (first * columns) % 2);
    },
    async readGroups(first, last, signal) {
      const [from, to] = [Math.floor((first * columns) / blockSize), Math.ceil((last * columns) / blockSize)];
      const width = nested ? 1 : 4;
      const stored = await maxima.file.read(maxima.start + from * width, maxima.start + to * width, signal);
      const scales = nested ? nested.restore(stored, from) : (readScales(stored, maxima) as Float32Array);
      return new Uint8Array(scales.slice().buffer);
    },
  };
}

/** A line of codes that runs through all rows, from its code `skipped` on → a line for each row. */
function alignRows(
  pairs: Uint8Array<ArrayBuffer>,
  rows: number,
  columns: number,
  skipped: number,
): Uint8Array<ArrayBuffer> {
  const rowBytes = codeRowBytes(columns, 4);
  const aligned = new Uint8Array(rows * rowBytes);
  const line = new Uint8Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const element = skipped + row * columns + column;
      line[column] = (pairs[element >> 1]! >>> (4 * (element & 1))) & 15;
    }
    packLine(line, 4, aligned, row * rowBytes);
  }
  return aligned;
}

interface Nested {
  readonly maxima: StoredTensor;
  readonly map: StoredTensor;
  /** Codes of the blocks from `first` on → their maxima. */
  restore(codes: Uint8Array, first: number): Float32Array;
}

async function openNested(
  module: QuantisedModule,
  blocks: number,
  { blockSize, offset }: NonNullable<FourBitState['nested']>,
  scheme: QuantisedScheme,
  signal?: AbortSignal,
): Promise<Nested> {
  const maxima = need(module, 'weight.nested_absmax', scheme);
  const map = need(module, 'weight.nested_quant_map', scheme);
  expectTensor(maxima, ['F32'], [Math.ceil(blocks / blockSize)], `maxima of ${blockSize} of the ${blocks} blocks each`);
  expectTensor(map, ['F32'], [256], 'the values of the codes of maxima');
  const values = readScales(await readWhole(map, signal), map) as Float32Array;
  const scales = readScales(await readWhole(maxima, signal), maxima) as Float32Array;
  return {
    maxima,
    map,
    restore(codes, first) {
      const restored = Float32Array.from(
        codes,
        (code, index) => values[code]! * scales[Math.floor((first + index) / blockSize)]! + offset,
      );
      if (!restored.every(Number.isFinite)) damaged(maxima, 'makes scales larger than float32 can hold');
      return restored;
    },
  };
}
