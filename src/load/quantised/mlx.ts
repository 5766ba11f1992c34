// MLX: W = scales · q + biases, codes along the inputs, one row per output. Linear layers and the embedding; scales are
// negative as often as not. `bias` beside `biases` is the layer's own.
import { isObject, type ConfigFields } from '../../models/config-fields.ts';
import { readRows } from '../stored-tensor.ts';
import { keptBits, repackLines, resizeRows, codeRowBytes } from './codes.ts';
import { affineEntries, readScales } from './entries.ts';
import { groupsOf } from './groups.ts';
import { expectScales, find, misfit, need, type QuantisedModule, type QuantisedScheme } from './module.ts';
import { kindOf, type QuantisedMatrix } from './quantised-matrix.ts';

interface Settings {
  readonly bits: number;
  readonly group: number;
}

const widths = [2, 3, 4, 5, 6, 8];
const groupSizes = [32, 64, 128];

/** `offsets`: the suffix of the offsets, biases of MLX itself and qbiases of transformers' "metal". */
export function mlxScheme(fields: ConfigFields, file: string, offsets: 'biases' | 'qbiases'): QuantisedScheme {
  const general = readSettings(fields, { bits: 4, group: 64 });
  const special = new Map(
    fields
      .names()
      // false means "left dense", which shows in what is stored.
      .filter((name) => isObject(fields.value(name)))
      .map((name) => [name, readSettings(fields.object(name)!, general)]),
  );
  const scheme: QuantisedScheme = {
    title: 'MLX',
    origin: file,
    unused: /$^/,
    warnings: [],
    marks: (module) => find(module, 'weight')?.dtype === 'U32' || find(module, 'scales') !== undefined,
    open: async (module) => openModule(module, special.get(module.base) ?? general, offsets, scheme),
  };
  return scheme;
}

function readSettings(fields: ConfigFields, absent: Settings): Settings {
  fields.word('mode', ['affine'], 'affine');
  const bits = fields.size('bits', absent.bits);
  if (!widths.includes(bits)) fields.refuse('bits', widths.join(', '));
  const group = fields.size('group_size', absent.group);
  if (!groupSizes.includes(group)) fields.refuse('group_size', groupSizes.join(', '));
  return { bits, group };
}

function openModule(
  module: QuantisedModule,
  { bits, group }: Settings,
  offsets: string,
  scheme: QuantisedScheme,
): QuantisedMatrix {
  const { base, rows, columns } = module;
  const weight = need(module, 'weight', scheme);
  const scales = need(module, 'scales', scheme);
  const biases = need(module, offsets, scheme);
  const stated = `${bits} bits in groups of ${group}, as ${scheme.origin} says of "${base}"`;
  if (weight.dtype !== 'U32' || weight.shape.length !== 2)
    misfit(weight, `a U32 matrix of packed codes is expected beside "${scales.name}"`);
  const held = (weight.shape[1]! * 32) / bits;
  const scaled = (scales.shape[1] ?? 0) * group;
  if (held !== scaled)
    misfit(
      weight,
      `with ${stated}, it holds ${held} columns and "${scales.name}" [${scales.shape.join(', ')}] scales ${scaled}; ` +
        'the two must agree',
    );
  if (weight.shape[0] !== rows || held !== columns)
    misfit(weight, `U32 [${rows}, ${(columns * bits) / 32}] is expected: ${stated}, of a matrix [${rows}, ${columns}]`);
  const groups = groupsOf(module, group);
  const type = expectScales(scales, [rows, columns / group], stated);
  expectScales(biases, scales.shape, stated);
  if (biases.dtype !== type) misfit(biases, `${type} is expected as of "${scales.name}"`);

  return {
    name: base,
    format: { bits: keptBits(bits), kind: kindOf('affine', type), group: groups.group },
    rows,
    columns,
    tensors: [weight, scales, biases],
    async readCodes(first, last, signal) {
      const stored = await readRows(weight, first, last, signal);
      if (bits === 4 || bits === 8) return resizeRows(stored, last - first, codeRowBytes(columns, bits));
      return repackLines({ bytes: stored, lines: last - first, stride: weight.shape[1]! * 4, bits }, columns);
    },
    async readGroups(first, last, signal) {
      const planes = await Promise.all([scales, biases].map((plane) => readRows(plane, first, last, signal)));
      return affineEntries(readScales(planes[0]!, scales), readScales(planes[1]!, biases));
    },
  };
}
