// How a weight lies on the GPU: the WGSL that reads it, and where its rows begin. Rows are padded, dense ones to whole
// octets of columns, quantised ones to whole groups, so that a kernel finds everything from the number of an octet.
import groupsAffineBf16 from '#shaders/lib/groups-affine-bf16.wgsl?raw';
import groupsAffineF16 from '#shaders/lib/groups-affine-f16.wgsl?raw';
import groupsAffineF32 from '#shaders/lib/groups-affine-f32.wgsl?raw';
import groupsTableF32 from '#shaders/lib/groups-table-f32.wgsl?raw';
import groupsTableRaggedF32 from '#shaders/lib/groups-table-ragged-f32.wgsl?raw';
import groupsZeroBf16 from '#shaders/lib/groups-zero-bf16.wgsl?raw';
import groupsZeroF16 from '#shaders/lib/groups-zero-f16.wgsl?raw';
import groupsZeroF32 from '#shaders/lib/groups-zero-f32.wgsl?raw';
import octetsOfGroups from '#shaders/lib/octets-of-groups.wgsl?raw';
import quads from '#shaders/lib/quads.wgsl?raw';
import quadsOfGroup from '#shaders/lib/quads-of-group.wgsl?raw';
import quadsOfGroupInt4 from '#shaders/lib/quads-of-group-int4.wgsl?raw';
import weightBf16 from '#shaders/lib/weight-bf16.wgsl?raw';
import weightF16 from '#shaders/lib/weight-f16.wgsl?raw';
import weightF32 from '#shaders/lib/weight-f32.wgsl?raw';
import weightInt4 from '#shaders/lib/weight-int4.wgsl?raw';
import weightInt8 from '#shaders/lib/weight-int8.wgsl?raw';
import { AppError } from '../errors.ts';
import type { Constants } from './kernel.ts';
import { denseBytes, type DenseFormat, type GroupKind, type QuantisedFormat } from './weight-data.ts';

/** The bytes of a weight, or of its codes, or of its groups. */
export interface Plane {
  /** Before the first row of every shard. */
  readonly header: Uint8Array<ArrayBuffer>;
  /** Of so many rows of a shard, after the header; where they end the next begins. */
  bytes(rows: number): number;
}

export interface WeightLayout {
  /** Of the shader variant. */
  readonly name: string;
  readonly libraries: readonly string[];
  readonly constants: Constants;
  /** Per row, padding included. */
  readonly octets: number;
  /** Whether a quad of octets is one load (lib/quads-of-group-int4.wgsl). */
  readonly quadsAtOnce: boolean;
  readonly words: Plane;
  readonly groups: Plane | null;
  /** Shards and uploads begin at multiples of so many rows: only there do blocks that run across rows begin. */
  readonly rowStep: number;
}

const dense: Readonly<Record<DenseFormat, string>> = { F32: weightF32, F16: weightF16, BF16: weightBf16 };
const codes = { 4: weightInt4, 8: weightInt8 } as const;
const quadsOfGroups = { 4: quadsOfGroupInt4, 8: quadsOfGroup } as const;

const kinds: Readonly<Record<GroupKind, { readonly library: string; readonly bytes: number }>> = {
  'zero-f16': { library: groupsZeroF16, bytes: 4 },
  'zero-bf16': { library: groupsZeroBf16, bytes: 4 },
  'zero-f32': { library: groupsZeroF32, bytes: 8 },
  'affine-f16': { library: groupsAffineF16, bytes: 4 },
  'affine-bf16': { library: groupsAffineBf16, bytes: 4 },
  'affine-f32': { library: groupsAffineF32, bytes: 8 },
  'table-f32': { library: groupsTableF32, bytes: 4 },
};

const nothing = new Uint8Array(0);
const evenRows = (rowBytes: number): Plane => ({ header: nothing, bytes: (rows) => rows * rowBytes });

export function layoutOf(format: DenseFormat | QuantisedFormat, columns: number): WeightLayout {
  const filled = Math.ceil(columns / 8);
  if (typeof format === 'string') {
    const words = evenRows(filled * 8 * denseBytes[format]);
    const libraries = [dense[format], quads];
    return {
      name: format,
      libraries,
      constants: {},
      octets: filled,
      quadsAtOnce: false,
      words,
      groups: null,
      rowStep: 1,
    };
  }
  if (format.kind === 'table-f32') return tableLayout(format, columns, filled);
  const { bits, kind, group } = format;
  const { library, bytes } = kinds[kind];
  const groupOctets = group === 0 ? filled : Math.min(group / 8, filled);
  const groups = Math.ceil(filled / groupOctets);
  const octets = groups * groupOctets;
  // Four octets from a multiple of four on are then of one group, in every row.
  const even = groupOctets % 4 === 0;
  return {
    name: `int${bits} ${kind}${even ? '' : ' (uneven)'}`,
    libraries: [codes[bits], library, octetsOfGroups, even ? quadsOfGroups[bits] : quads],
    constants: { GROUP_OCTETS: groupOctets },
    octets,
    quadsAtOnce: even && bits === 4,
    words: evenRows(octets * bits),
    groups: evenRows(groups * bytes),
    rowStep: 1,
  };
}

function tableLayout({ bits, group, table = [] }: QuantisedFormat, columns: number, octets: number): WeightLayout {
  if (bits !== 4)
    throw new AppError('UnsupportedError', `Codes of ${bits} bits cannot stand for the 16 values of a table.`);
  const block = group === 0 ? columns : group;
  const whole = columns % 8 === 0 && block % 8 === 0;
  const { library } = kinds['table-f32'];
  return {
    name: `int${bits} table-f32${whole ? '' : ' (ragged)'}`,
    libraries: [codes[bits], whole ? library : groupsTableRaggedF32, quads],
    constants: whole ? { GROUP_OCTETS: block / 8 } : { ROW_OCTETS: octets, COLUMNS: columns, BLOCK: block },
    octets,
    quadsAtOnce: false,
    words: evenRows(octets * bits),
    groups: {
      header: new Uint8Array(Float32Array.from({ length: 16 }, (_, code) => table[code] ?? 0).buffer),
      bytes: (rows) => Math.ceil((rows * columns) / block) * 4,
    },
    rowStep: block / greatestCommonDivisor(columns, block),
  };
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));

/** One layout for every variant of WGSL that there is. */
export function everyLayout(): WeightLayout[] {
  const formats = Object.keys(dense) as DenseFormat[];
  const quantised = (Object.keys(kinds) as GroupKind[])
    .filter((kind) => kind !== 'table-f32')
    .flatMap((kind) => ([4, 8] as const).map((bits) => layoutOf({ bits, kind, group: 32 }, 64)));
  // Groups that are no whole quads change no other library.
  const uneven = layoutOf({ bits: 4, kind: 'zero-bf16', group: 8 }, 64);
  // Rows of whole octets, and others.
  const tables = [64, 60].map((columns) => layoutOf({ bits: 4, kind: 'table-f32', group: 32 }, columns));
  return [...formats.map((format) => layoutOf(format, 64)), ...quantised, uneven, ...tables];
}
