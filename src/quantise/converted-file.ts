// Reads the file of converted weights. It is trusted no more than any other: what its header says is held against what
// its metadata says, and anything unexpected makes it a file that has to be made again.
import type { DenseData, QuantisedData, WeightData } from '../engine/weight-data.ts';
import { readHeader, type HeaderTensor } from '../load/safetensors.ts';
import type { SourceFile } from '../load/source.ts';
import { layoutConverted, layoutVersion, type PlacedWeight, type WeightShape } from './converted-layout.ts';

/** What the weights were made of and how, and what was said about them then. */
export interface ConvertedFacts {
  readonly origin: string;
  readonly recipe: string;
  readonly warnings: readonly string[];
}

export interface ConvertedFile extends ConvertedFacts {
  /** By the keys they were stored with. */
  readonly weights: ReadonlyMap<string, WeightData>;
}

export const convertedMetadata = (
  { origin, recipe, warnings }: ConvertedFacts,
  weights: ReadonlyMap<string, WeightShape>,
): Readonly<Record<string, string>> => ({
  'attnlrp-webgpu': String(layoutVersion),
  origin,
  recipe,
  warnings: JSON.stringify(warnings),
  weights: JSON.stringify([...weights]),
});

/** null where it was made of something else, in another way, or by a version that wrote it otherwise. */
export async function readConverted(
  file: SourceFile,
  { origin, recipe }: Pick<ConvertedFacts, 'origin' | 'recipe'>,
  signal?: AbortSignal,
): Promise<ConvertedFile | null> {
  const { metadata, tensors } = await readHeader(file, signal);
  const same = metadata['attnlrp-webgpu'] === String(layoutVersion);
  if (!same || metadata['origin'] !== origin || metadata['recipe'] !== recipe) return null;
  const shapes = new Map(JSON.parse(metadata['weights'] ?? '[]') as [string, WeightShape][]);
  const { places, bytes } = layoutConverted(shapes, metadata);
  if (bytes !== file.size || !liesAt(tensors, places)) return null;
  const weights = new Map(
    [...shapes].map(([key, shape]): [string, WeightData] => [key, dataOf(file, key, shape, places.get(key)!, signal)]),
  );
  return { origin, recipe, warnings: JSON.parse(metadata['warnings'] ?? '[]') as string[], weights };
}

function liesAt(tensors: readonly HeaderTensor[], places: ReadonlyMap<string, PlacedWeight>): boolean {
  const starts = [...places.values()].flatMap(({ words, groups }) => (groups ? [words.start, groups.start] : [words.start])); // prettier-ignore
  return starts.length === tensors.length && tensors.every(({ start }, index) => start === starts[index]);
}

function dataOf(
  file: SourceFile,
  key: string,
  { rows, columns, format }: WeightShape,
  { words, groups }: PlacedWeight,
  signal?: AbortSignal,
): WeightData {
  const name = nameOfKey(key);
  const from =
    ({ start, rowBytes }: PlacedWeight['words']) =>
    (first: number, last: number): Promise<Uint8Array<ArrayBuffer>> =>
      file.read(start + first * rowBytes, start + last * rowBytes, signal);
  if (typeof format === 'string') return { name, format, rows, columns, read: from(words) } satisfies DenseData;
  const readGroups = from(groups!);
  return { name, format, rows, columns, readCodes: from(words), readGroups } satisfies QuantisedData;
}

/** Queries, keys and values are often rows of one tensor: then the first row tells them apart. */
export const keyOfWeight = ({ name, firstRow = 0 }: { readonly name: string; readonly firstRow?: number }): string =>
  firstRow === 0 ? name : `${name}@${firstRow}`;

const nameOfKey = (key: string): string => key.replace(/@\d+$/, '');
