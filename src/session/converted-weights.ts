// The weights of a model as they were converted by an earlier load and kept beside it. What was made of other weights, or
// in another way, or is damaged, is made again.
import { AppError } from '../errors.ts';
import type { WeightData } from '../engine/weight-data.ts';
import type { ConvertedFiles } from '../load/converted-files.ts';
import type { Source } from '../load/source.ts';
import { listWeights } from '../models/list-weights.ts';
import type { WeightSpec } from '../models/model.ts';
import { keyOfWeight, readConverted, type ConvertedFile } from '../quantise/converted-file.ts';
import { layoutVersion } from '../quantise/converted-layout.ts';
import { formatOfGrid } from '../quantise/quantise-data.ts';
import { gridFor, identityOf, recipes, type Recipe, type SmallerFormat } from '../quantise/recipes.ts';
import { factsOf, openStoredWeights, type FoundWeights, type OpenedWeights } from './open-weights.ts';
import type { Quantisation } from './quantisation.ts';

/** A format of a model, and where versions of it are kept. */
export interface Conversion<Format extends Quantisation = Quantisation> {
  readonly format: Format;
  readonly files: ConvertedFiles;
}

export type Smaller = Conversion<SmallerFormat>;
export const isSmaller = (conversion: Conversion): conversion is Smaller => conversion.format !== 'none';

/** The weights as they were converted before, else as the checkpoint has them. */
export async function openWeights(
  source: Source,
  recipe: Recipe | null,
  conversion: Conversion | null,
  signal?: AbortSignal,
): Promise<OpenedWeights> {
  const original = (): Promise<OpenedWeights> => openStoredWeights(source, recipe, signal);
  if (!conversion) return original();
  const { format, files } = conversion;
  const { file, damaged } = isSmaller(conversion) ? await readKept(conversion, signal) : nothingKept;
  if (!file) {
    if (!files.hasOriginals) throw onlyConverted(source, await files.list());
    const warning = `The ${format} version that was kept on this device is damaged; it was made again.`;
    return { ...(await original()), warnings: damaged ? [warning] : [] };
  }
  return {
    names: [...file.weights.values()].map(({ name }) => name),
    warnings: [],
    find: async (tree) => {
      const found = findConverted(listWeights(tree), file);
      if (found) return found;
      if (!files.hasOriginals) throw onlyConverted(source, []);
      return (await original()).find(tree);
    },
  };
}

interface Kept {
  readonly file: ConvertedFile | null;
  readonly damaged: boolean;
}

const nothingKept: Kept = { file: null, damaged: false };

async function readKept({ format, files }: Smaller, signal?: AbortSignal): Promise<Kept> {
  const made = { origin: files.origin, recipe: identityOf(recipes[format]) };
  const stored = await files.open(await convertedName(format, made));
  if (!stored) return nothingKept;
  try {
    const file = await readConverted(stored, made, signal);
    return { file, damaged: file === null };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Error && error.name === 'SourceError') throw error;
    return { file: null, damaged: true };
  }
}

/** null where the file lacks a weight, or has it in another shape. */
function findConverted(specs: readonly WeightSpec[], { weights, warnings }: ConvertedFile): FoundWeights | null {
  const data = new Map<WeightSpec, WeightData>();
  for (const spec of specs) {
    const weight = weights.get(keyOfWeight(spec));
    const rows = spec.shape.length === 1 ? 1 : spec.shape[0];
    if (!weight || weight.rows !== rows || weight.columns !== spec.shape.at(-1)) return null;
    data.set(spec, weight);
  }
  return {
    data,
    choose: (recipe) => (spec) => {
      const grid = spec.shape.length > 1 ? gridFor(spec.name, recipe) : null;
      return { format: grid ? formatOfGrid(grid) : data.get(spec)!.format };
    },
    converted: 0,
    ...factsOf(data),
    warnings,
  };
}

/** By its content, so that what was made otherwise is another file. */
export async function convertedName(
  format: SmallerFormat,
  { origin, recipe }: { origin: string; recipe: string },
): Promise<string> {
  const text = new TextEncoder().encode(`${layoutVersion} ${recipe} ${origin}`);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', text));
  const short = [...digest.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${format}-${short}.safetensors`;
}

/** The formats that the names of converted files begin with. */
export const formatsOfFiles = (names: readonly string[]): string[] => [
  ...new Set(names.map((name) => name.slice(0, name.indexOf('-')))),
];

/** The original weights were deleted to save space. */
function onlyConverted({ name }: Source, kept: readonly string[]): AppError {
  const formats = formatsOfFiles(kept);
  const [first] = (['int8', 'int4'] as const).filter((format) => formats.includes(format));
  if (!first) {
    const sentence = `This device keeps no weights of ${name} that can be used. Delete the model and download it again.`;
    return new AppError('UsageError', sentence);
  }
  const all = formats.join(' and ');
  return new AppError(
    'UsageError',
    `This device keeps only the ${all} weights of ${name}. Open it as ${first}, or delete it and download it again.`,
    { remedies: { quantize: first } },
  );
}
