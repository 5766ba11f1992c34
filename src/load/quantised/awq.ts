// AWQ in GEMM order: W = scale · (q − zero), 4 bits; a word holds eight outputs of one input, shuffled (see transpose.ts),
// and zero points lie alike. Nothing is subtracted from them, and groups are in order.
import type { ConfigFields } from '../../models/config-fields.ts';
import { toWords } from '../decode.ts';
import { readWhole } from '../stored-tensor.ts';
import { columnStrips } from './column-strips.ts';
import { readScaleColumns, zeroEntries } from './entries.ts';
import { readGroupSize } from './gptq-settings.ts';
import { groupsOf, impliedSize } from './groups.ts';
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
import { awqNibbles, transposeAwq } from './transpose.ts';

/** Columns of a group; null = the whole row, undefined = as the shapes tell. */
type GroupSize = number | null | undefined;

export function awqScheme(fields: ConfigFields, origin: string): QuantisedScheme {
  for (const field of ['version', 'checkpoint_format', 'format']) {
    const version = fields.value(field) ?? 'gemm';
    if (typeof version !== 'string' || version.toLowerCase() !== 'gemm') fields.refuse(field, '"gemm"');
  }
  if (fields.value('backend') === 'llm-awq') fields.refuse('backend', '"autoawq"');
  for (const field of ['bits', 'w_bit']) if (fields.size(field, 4) !== 4) fields.refuse(field, '4');
  const group = readGroupSize(fields, 'group_size', readGroupSize(fields, 'q_group_size', undefined));
  const scheme: QuantisedScheme = {
    title: 'AWQ',
    origin,
    unused: /$^/,
    warnings: [],
    marks: (module) =>
      find(module, 'qweight') !== undefined ||
      (find(module, 'qzeros') !== undefined && find(module, 'weight') === undefined),
    open: async (module) => openModule(module, group, scheme),
  };
  return scheme;
}

function openModule(module: QuantisedModule, size: GroupSize, scheme: QuantisedScheme): QuantisedMatrix {
  const { base, rows, columns } = module;
  const qweight = need(module, 'qweight', scheme);
  const scales = need(module, 'scales', scheme);
  const qzeros = need(module, 'qzeros', scheme);
  if (rows % 8 !== 0) misfit(qweight, `a multiple of 8 outputs is expected of AWQ, not ${rows}`);
  const stated = size === undefined ? impliedSize(module, scales.shape[0] ?? 0) : size;
  const groups = groupsOf(module, stated);
  const layout = `AWQ in ${groups.group === 0 ? 'one group' : `groups of ${groups.group}`} for a weight [${rows}, ${columns}]`;
  expectTensor(qweight, integers, [columns, rows / 8], layout);
  if (groups.group !== 0 && columns % groups.group !== 0)
    misfit(scales, `groups that fill all ${columns} inputs are expected: ${layout}`);
  const type = expectScales(scales, [groups.count, rows], layout);
  expectTensor(qzeros, integers, [groups.count, rows / 8], layout);

  const codes = columnStrips(qweight);
  const scaleStrips = columnStrips(scales);
  let zeroWords: Uint32Array | null = null;
  return {
    name: base,
    format: { bits: 4, kind: kindOf('zero', type), group: groups.group },
    rows,
    columns,
    tensors: [qweight, scales, qzeros],
    async readCodes(first, last, signal) {
      const { bytes, firstColumn, columns: width } = await codes.read(first >> 3, Math.ceil(last / 8), signal);
      const strip = { words: toWords(bytes), rows: columns, width };
      if (last === rows) codes.release();
      return transposeAwq(strip, first - 8 * firstColumn, last - 8 * firstColumn).bytes;
    },
    async readGroups(first, last, signal) {
      zeroWords ??= toWords(await readWhole(qzeros, signal));
      const own = readScaleColumns(await scaleStrips.read(first, last, signal), scales, first, last);
      const zeros = new Uint8Array((last - first) * groups.count);
      for (let output = first, at = 0; output < last; output++)
        for (let group = 0; group < groups.count; group++, at++) {
          const word = zeroWords[group * (rows / 8) + (output >> 3)]!;
          zeros[at] = (word >>> (4 * awqNibbles[output & 7]!)) & 15;
        }
      if (last === rows) {
        zeroWords = null;
        scaleStrips.release();
      }
      return zeroEntries(own, zeros);
    },
  };
}
