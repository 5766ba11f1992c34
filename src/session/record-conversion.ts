// Writes weights down while they are converted on their way to the GPU, so that the next load need not convert them.
import { AppError } from '../errors.ts';
import { isQuantised, type WeightData } from '../engine/weight-data.ts';
import type { WeightSpec } from '../models/model.ts';
import { convertedMetadata, keyOfWeight } from '../quantise/converted-file.ts';
import { layoutConverted, shapeOf, type Rows } from '../quantise/converted-layout.ts';
import { identityOf, recipes } from '../quantise/recipes.ts';
import { convertedName, isSmaller, type Conversion, type Smaller } from './converted-weights.ts';
import type { DataOfWeights, FoundWeights } from './open-weights.ts';

export interface Recording {
  /** The same weights; whoever reads them writes them down. */
  readonly data: DataOfWeights;
  /** After all of them were read. Returns what the user should know: nothing, or why they were not kept. */
  finish(): Promise<readonly string[]>;
  /** Leaves nothing behind. */
  abort(): Promise<void>;
}

/** null where nothing is converted. Nothing that goes wrong here keeps the model from being loaded. */
export async function recordConversion(found: FoundWeights, conversion: Conversion): Promise<Recording | null> {
  return found.converted > 0 && isSmaller(conversion) ? record(found, conversion) : null;
}

async function record(found: FoundWeights, { format, files }: Smaller): Promise<Recording> {
  const weights = new Map([...found.data].map(([spec, data]) => [keyOfWeight(spec), shapeOf(data)]));
  const made = { origin: files.origin, recipe: identityOf(recipes[format]) };
  const layout = layoutConverted(weights, convertedMetadata({ ...made, warnings: found.warnings }, weights));
  const notKept = (reason: string): string =>
    `${reason} The ${format} version is therefore not kept, and is made again the next time.`;
  const unrecorded = (warnings: readonly string[]): Recording => ({
    data: found.data,
    finish: async () => warnings,
    abort: async () => undefined,
  });
  const name = await convertedName(format, made);
  const replaced = (await files.list()).filter((other) => other.startsWith(`${format}-`) && other !== name);
  const opened = await files.create(name, layout.bytes, replaced).catch(requireStorageError);
  if (opened instanceof AppError) return unrecorded([notKept(opened.message)]);
  // Another tab is making the very same.
  if (!opened) return unrecorded([]);
  let failure: AppError | null = null;
  let written = 0;
  // What a full or broken device leaves is nothing that anyone would read.
  const abort = async (): Promise<void> => void (await opened.abort().catch(requireStorageError));
  const attempt = async (step: () => Promise<void>): Promise<void> => {
    if (failure) return;
    const outcome = await step().catch(requireStorageError);
    if (!(outcome instanceof AppError)) return;
    failure = outcome;
    await abort();
  };
  const write = (start: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> =>
    attempt(async () => {
      await opened.write(start, bytes);
      written += bytes.length;
    });
  const noting =
    ({ start, rowBytes }: Rows, read: (first: number, last: number) => Promise<Uint8Array<ArrayBuffer>>) =>
    async (first: number, last: number): Promise<Uint8Array<ArrayBuffer>> => {
      const bytes = await read(first, last);
      await write(start + first * rowBytes, bytes);
      return bytes;
    };
  const noted = (spec: WeightSpec, data: WeightData): WeightData => {
    const { words, groups } = layout.places.get(keyOfWeight(spec))!;
    if (!isQuantised(data)) return { ...data, read: noting(words, data.read) };
    return { ...data, readCodes: noting(words, data.readCodes), readGroups: noting(groups!, data.readGroups) };
  };
  await write(0, layout.header).catch(async (error: unknown) => {
    await abort();
    throw error;
  });
  return {
    data: new Map([...found.data].map(([spec, data]) => [spec, noted(spec, data)])),
    async finish() {
      if (!failure && written !== layout.bytes) {
        await abort();
        throw new Error(`${name} should have ${layout.bytes} bytes, but ${written} were written`);
      }
      await attempt(() => opened.commit());
      return failure ? [notKept(failure.message)] : [];
    },
    abort,
  };
}

function requireStorageError(error: unknown): AppError {
  if (error instanceof AppError && error.name === 'StorageError') return error;
  throw error;
}
