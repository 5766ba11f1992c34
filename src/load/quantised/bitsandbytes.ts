// bitsandbytes: 8 bits as signed bytes with the largest magnitude of each row (SCB), W = q · SCB / 127; 4 bits (nf4, fp4)
// in bitsandbytes-4bit.ts. What a layer is shows in its tensors, so the configuration has nothing to add.
import { readRows, readWhole } from '../stored-tensor.ts';
import { openFourBit, stateSuffix } from './bitsandbytes-4bit.ts';
import { codeRowBytes, makeUnsigned, resizeRows } from './codes.ts';
import { readScales, zeroEntries } from './entries.ts';
import { damaged, expectTensor, find, need, type QuantisedModule, type QuantisedScheme } from './module.ts';
import type { QuantisedMatrix } from './quantised-matrix.ts';

export function bitsandbytesScheme(origin: string): QuantisedScheme {
  const scheme: QuantisedScheme = {
    title: 'bitsandbytes',
    origin,
    unused: /\.weight_format$/,
    warnings: [],
    marks: (module) =>
      ['SCB', 'weight.absmax'].some((suffix) => find(module, suffix) !== undefined) ||
      stateSuffix(module) !== undefined ||
      ['I8', 'U8'].includes(find(module, 'weight')?.dtype ?? ''),
    open: async (module, signal) =>
      find(module, 'SCB') !== undefined || find(module, 'weight')?.dtype === 'I8'
        ? openEightBit(module, scheme, signal)
        : openFourBit(module, scheme, signal),
  };
  return scheme;
}

async function openEightBit(
  module: QuantisedModule,
  scheme: QuantisedScheme,
  signal?: AbortSignal,
): Promise<QuantisedMatrix> {
  const { base, rows, columns } = module;
  const weight = need(module, 'weight', scheme);
  const maxima = need(module, 'SCB', scheme);
  const layout = `bitsandbytes with 8 bits for a weight [${rows}, ${columns}]`;
  expectTensor(weight, ['I8'], [rows, columns], layout);
  expectTensor(maxima, ['F32'], [rows], layout);
  const format = find(module, 'weight_format');
  if (format) {
    const [layoutOfWeight] = await readWhole(format, signal);
    if (layoutOfWeight !== 0) damaged(format, `holds ${layoutOfWeight}, where 0 (rows as they are) is expected`);
  }
  return {
    name: base,
    format: { bits: 8, kind: 'zero-f32', group: 0 },
    rows,
    columns,
    tensors: [weight, maxima],
    async readCodes(first, last, signal) {
      const stored = makeUnsigned(await readRows(weight, first, last, signal));
      return resizeRows(stored, last - first, codeRowBytes(columns, 8));
    },
    async readGroups(first, last, signal) {
      const bytes = await maxima.file.read(maxima.start + 4 * first, maxima.start + 4 * last, signal);
      const scales = (readScales(bytes, maxima) as Float32Array).map((maximum) => maximum / 127);
      return zeroEntries(scales, new Uint8Array(last - first).fill(128));
    },
  };
}
