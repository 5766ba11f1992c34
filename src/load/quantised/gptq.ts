// GPTQ: W = scale · (q − zero), codes and scales with the outputs along the rows of the file. Groups may be scattered over
// the columns (g_idx); the columns are then sorted by group once, and the matrix says in which order they stand.
import { readWhole } from '../stored-tensor.ts';
import { toWords } from '../decode.ts';
import { codeRowBytes, keptBits, repackLines, resizeRows } from './codes.ts';
import { columnStrips } from './column-strips.ts';
import { readScaleColumns, zeroEntries } from './entries.ts';
import { groupsOf, impliedSize, readOrder } from './groups.ts';
import type { GptqSettings } from './gptq-settings.ts';
import { restoreZeros, zeroPoints } from './gptq-zeros.ts';
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
import { transposeWords } from './transpose.ts';

export function gptqScheme(settingsOf: (base: string) => GptqSettings, origin: string): QuantisedScheme {
  const scheme: QuantisedScheme = {
    title: 'GPTQ',
    origin,
    unused: /$^/,
    warnings: [],
    marks: (module) =>
      find(module, 'qweight') !== undefined ||
      (find(module, 'qzeros') !== undefined && find(module, 'weight') === undefined),
    open: (module, signal) => openModule(module, settingsOf(module.base), scheme, signal),
  };
  return scheme;
}

async function openModule(
  module: QuantisedModule,
  settings: GptqSettings,
  scheme: QuantisedScheme,
  signal?: AbortSignal,
): Promise<QuantisedMatrix> {
  const { base, rows, columns } = module;
  const qweight = need(module, 'qweight', scheme);
  const scales = need(module, 'scales', scheme);
  const qzeros = need(module, 'qzeros', scheme);
  const bits = settings.bits ?? ((qweight.shape[0] ?? 0) * 32) / columns;
  if (![2, 3, 4, 8].includes(bits)) misfit(qweight, `codes of 2, 3, 4 or 8 bits for ${columns} inputs are expected`);
  const size = settings.group === undefined ? impliedSize(module, scales.shape[0]!) : settings.group;
  const groups = groupsOf(module, size);
  const layout = `GPTQ with ${bits} bits in ${size === null ? 'one group' : `groups of ${size}`} for a weight [${rows}, ${columns}]`;
  if ((columns * bits) % 32 !== 0 || (rows * bits) % 32 !== 0)
    misfit(qweight, `sizes that fill words of 32 bits are expected: ${layout}`);
  expectTensor(qweight, integers, [(columns * bits) / 32, rows], layout);
  const type = expectScales(scales, [groups.count, rows], layout);
  expectTensor(qzeros, integers, [groups.count, (rows * bits) / 32], layout);
  const order = await readOrder(module, 'g_idx', groups, { signal });

  const codes = columnStrips(qweight);
  const scaleStrips = columnStrips(scales);
  let zeroWords: Uint32Array | null = null;
  async function readZeroWords(signal?: AbortSignal): Promise<Uint32Array> {
    const words = toWords(await readWhole(qzeros, signal));
    restoreZeros(words, qzeros, bits, settings);
    return words;
  }

  return {
    name: base,
    format: { bits: keptBits(bits), kind: kindOf('zero', type), group: groups.group },
    rows,
    columns,
    ...(order && { order }),
    tensors: [qweight, scales, qzeros, find(module, 'g_idx')].filter((tensor) => tensor !== undefined),
    async readCodes(first, last, signal) {
      const { bytes, firstColumn, columns: width } = await codes.read(first, last, signal);
      if (last === rows) codes.release();
      const strip = { words: toWords(bytes), rows: qweight.shape[0]!, width };
      const lines = transposeWords(strip, first - firstColumn, last - firstColumn, bits);
      if (order || (bits !== 4 && bits !== 8)) return repackLines(lines, columns, order);
      return resizeRows(lines.bytes, last - first, codeRowBytes(columns, bits));
    },
    async readGroups(first, last, signal) {
      zeroWords ??= await readZeroWords(signal);
      const own = readScaleColumns(await scaleStrips.read(first, last, signal), scales, first, last);
      const zeros = zeroPoints(zeroWords, { groups: groups.count, bits, settings }, first, last);
      if (last === rows) {
        zeroWords = null;
        scaleStrips.release();
      }
      return zeroEntries(own, zeros);
    },
  };
}
