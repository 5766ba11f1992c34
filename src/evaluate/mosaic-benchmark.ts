// Reads public/benchmarks/mosaics.json: which four pictures form a mosaic, which class is asked for, and where it is.
import { AppError } from '../errors.ts';

export interface MosaicItem {
  /** File names inside the benchmark's folder of pictures, row by row. */
  readonly tiles: readonly string[];
  /** The class that is asked for, as the model's labels call it. */
  readonly label: string;
  /** Which of the tiles shows it. */
  readonly tile: number;
}

const format = 'attnlrp-mosaics/1';
const lists = ['items', 'samples'] as const;
export type MosaicList = (typeof lists)[number];

export function isMosaicBenchmark(content: unknown): boolean {
  return typeof content === 'object' && (content as { readonly format?: unknown } | null)?.format === format;
}

/** `items` are made of pictures that each user has to have, `samples` of pictures that come with the app.
 * @throws FormatError naming the file, the item and the field. */
export function readMosaics(content: unknown, list: MosaicList, file: string): MosaicItem[] {
  const items = isMosaicBenchmark(content) ? (content as Record<MosaicList, unknown>)[list] : null;
  if (!Array.isArray(items))
    throw new AppError(
      'FormatError',
      `${file} is no benchmark of mosaics: expected {"format": "${format}", "${list}": […]}.`,
    );
  return items.map((item: unknown, index) => readItem(item, `${file}, ${list} ${index}`));
}

function readItem(item: unknown, where: string): MosaicItem {
  const { tiles, label, tile } = (item ?? {}) as Readonly<Record<string, unknown>>;
  const isName = (name: unknown): name is string => typeof name === 'string';
  if (!Array.isArray(tiles) || tiles.length !== 4 || !tiles.every(isName))
    throw new AppError('FormatError', `${where}: "tiles" should be four file names.`);
  if (typeof label !== 'string') throw new AppError('FormatError', `${where}: "label" should be a text.`);
  if (typeof tile !== 'number' || ![0, 1, 2, 3].includes(tile))
    throw new AppError('FormatError', `${where}: "tile" should be 0, 1, 2 or 3.`);
  return { tiles, label, tile };
}
