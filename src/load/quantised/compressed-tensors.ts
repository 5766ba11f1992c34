// compressed-tensors: W = scale · (q − zero). pack-quantized keeps words of unsigned codes (weight_packed), int-quantized
// signed bytes (an I8 weight); scales lie by output and group, packed zero points run down the outputs.
import { toWords } from '../decode.ts';
import { readRows, readWhole, type StoredTensor } from '../stored-tensor.ts';
import { codeRowBytes, makeUnsigned, repackLines, resizeRows } from './codes.ts';
import type { CompressedConfig, CompressedSettings } from './compressed-settings.ts';
import { readScales, zeroEntries } from './entries.ts';
import { groupsOf, impliedSize, readOrder, type Groups } from './groups.ts';
import {
  expectScales,
  expectTensor,
  find,
  integers,
  misfit,
  need,
  type QuantisedModule,
  type QuantisedScheme,
} from './module.ts';
import { kindOf, type QuantisedMatrix } from './quantised-matrix.ts';

export function compressedScheme(config: CompressedConfig, origin: string): QuantisedScheme {
  const scheme: QuantisedScheme = {
    title: 'compressed-tensors',
    origin,
    unused: /\.(input|output|[qkv])_(scale|zero_point)$/,
    warnings: config.warnings,
    marks: (module) =>
      find(module, 'weight_packed') !== undefined ||
      find(module, 'weight_scale') !== undefined ||
      find(module, 'weight')?.dtype === 'I8',
    open: (module, signal) => openModule(module, config.settingsOf(module.base), scheme, signal),
  };
  return scheme;
}

async function openModule(
  module: QuantisedModule,
  settings: CompressedSettings,
  scheme: QuantisedScheme,
  signal?: AbortSignal,
): Promise<QuantisedMatrix> {
  const { base, rows, columns } = module;
  const packed = find(module, 'weight_packed');
  // Bytes are bytes, of however many bits.
  const bits = packed ? (settings.bits ?? (packed.shape[1] === Math.ceil(columns / 8) ? 4 : 8)) : 8;
  const codes = packed ?? need(module, 'weight', scheme);
  const scales = need(module, 'weight_scale', scheme);
  const groups = readGroups(module, settings, scales, scheme);
  const layout = `${scheme.title} with ${bits} bits and ${describe(groups, scales)} for a weight [${rows}, ${columns}]`;
  if (packed) expectTensor(codes, integers, [rows, Math.ceil((columns * bits) / 32)], layout);
  else expectTensor(codes, ['I8'], [rows, columns], layout);
  const ofTensor = isSingle(scales);
  const type = expectScales(scales, ofTensor ? scales.shape : [rows, groups.count], layout);
  if (packed) await checkShape(need(module, 'weight_shape', scheme), [rows, columns], signal);
  const zeros = settings.symmetric ? find(module, 'weight_zero_point') : need(module, 'weight_zero_point', scheme);
  const packedZeros = zeros !== undefined && packed !== undefined && zeros.dtype !== 'I8';
  if (packedZeros) expectTensor(zeros, integers, [Math.ceil((rows * bits) / 32), groups.count], layout);
  else if (zeros) expectTensor(zeros, ['I8'], scales.shape, layout);
  const order = await readOrder(module, 'weight_g_idx', groups, { minusOneMeansInOrder: true, signal });

  /** Zero points of the rows [first, last), group by group for each row. */
  async function readZeros(first: number, last: number, signal?: AbortSignal): Promise<Uint8Array> {
    const zero = 2 ** (bits - 1);
    if (!zeros) return new Uint8Array((last - first) * groups.count).fill(zero);
    if (!packedZeros) {
      const stored = await readRowsOf(zeros, first, last, signal);
      return new Uint8Array(stored).map((value) => (value + zero) & 255);
    }
    const perWord = 32 / bits;
    const firstWord = Math.floor(first / perWord);
    const words = toWords(await readRows(zeros, firstWord, Math.ceil(last / perWord), signal));
    return new Uint8Array((last - first) * groups.count).map((_, index) => {
      const output = first + Math.floor(index / groups.count);
      const word = words[(Math.floor(output / perWord) - firstWord) * groups.count + (index % groups.count)]!;
      return (word >>> (bits * (output % perWord))) & (2 ** bits - 1);
    });
  }

  return {
    name: base,
    format: { bits, kind: kindOf('zero', type), group: groups.group },
    rows,
    columns,
    ...(order && { order }),
    tensors: [codes, scales, zeros, find(module, 'weight_shape'), find(module, 'weight_g_idx')].filter(
      (tensor) => tensor !== undefined,
    ),
    async readCodes(first, last, signal) {
      const stored = await readRows(codes, first, last, signal);
      const bytes = resizeRows(packed ? stored : makeUnsigned(stored), last - first, codeRowBytes(columns, bits));
      if (!order) return bytes;
      return repackLines({ bytes, lines: last - first, stride: codeRowBytes(columns, bits), bits }, columns, order);
    },
    async readGroups(first, last, signal) {
      const own = readScales(await readRowsOf(scales, first, last, signal), scales);
      return zeroEntries(own, await readZeros(first, last, signal));
    },
  };
}

/** One scale for the whole matrix. A matrix of one row and one group has that too, and is read alike. */
const isSingle = ({ shape }: StoredTensor): boolean => shape.every((size) => size === 1);

/** Values of the rows [first, last), where a single one stands for all. */
async function readRowsOf(
  tensor: StoredTensor,
  first: number,
  last: number,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!isSingle(tensor)) return readRows(tensor, first, last, signal);
  const value = await readWhole(tensor, signal);
  const values = new Uint8Array(value.length * (last - first));
  for (let row = 0; row < last - first; row++) values.set(value, row * value.length);
  return values;
}

function readGroups(
  module: QuantisedModule,
  { strategy, group }: CompressedSettings,
  scales: StoredTensor,
  { origin }: QuantisedScheme,
): Groups {
  const { rows, columns } = module;
  const count = scales.shape[1] ?? 1;
  const size = strategy === 'group' ? group! : strategy === null ? impliedSize(module, count) : null;
  const groups = groupsOf(module, size);
  if (groups.group !== 0 && columns % groups.group !== 0)
    misfit(scales, `groups of ${groups.group} columns that fill all ${columns} are expected, as ${origin} says`);
  if (strategy === 'tensor' && !isSingle(scales)) misfit(scales, `a single scale is expected, as ${origin} says`);
  if (strategy !== 'tensor' && strategy !== null && isSingle(scales) && rows * groups.count > 1)
    misfit(scales, `scales [${rows}, ${groups.count}] are expected, as ${origin} says`);
  return groups;
}

const describe = ({ group }: Groups, scales: StoredTensor): string =>
  group > 0 ? `groups of ${group}` : isSingle(scales) ? 'one scale' : 'a scale for each row';

async function checkShape(tensor: StoredTensor, expected: readonly number[], signal?: AbortSignal): Promise<void> {
  expectTensor(tensor, ['I64', 'I32'], [2], 'the rows and columns of the matrix');
  const words = toWords(await readWhole(tensor, signal));
  const shape = tensor.dtype === 'I64' ? [0, 1].map((i) => words[2 * i]! + words[2 * i + 1]! * 2 ** 32) : [...words];
  if (shape.join() !== expected.join())
    misfit(tensor, `holds [${shape.join(', ')}], where the model of config.json has [${expected.join(', ')}]`);
}
