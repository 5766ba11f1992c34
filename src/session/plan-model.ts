// What a model would take of the GPU in each format it can be loaded in, told from its headers alone.
import { AppError } from '../errors.ts';
import type { ConvertedFiles } from '../load/converted-files.ts';
import type { Source } from '../load/source.ts';
import { planImageMemory } from '../memory/image-plan.ts';
import { planMemory } from '../memory/memory-plan.ts';
import { adviseFormat, describeExplainable, type NamedPlan } from '../memory/memory-sentences.ts';
import { weightBytesOf, type StorageChoice } from '../memory/weight-bytes.ts';
import { listWeights } from '../models/list-weights.ts';
import { recipes } from '../quantise/recipes.ts';
import { choiceOf } from './admit-model.ts';
import type { CacheFormat } from './cache-format.ts';
import { formatsOfFiles } from './converted-weights.ts';
import { describeModel, type Described } from './describe-model.ts';
import { formatNames } from './open-weights.ts';
import { quantisations, type Quantisation } from './quantisation.ts';
import type { Room } from './room.ts';
import type { FormatPlan, ModelPlan } from './session.ts';

export async function planModel(
  { source, converted = null }: { readonly source: Source; readonly converted?: ConvertedFiles | null },
  room: Room,
  cacheFormat?: CacheFormat,
  signal?: AbortSignal,
): Promise<ModelPlan> {
  // Where the original weights were deleted, the formats are those that are left.
  const left = converted && !converted.hasOriginals ? formatsOfFiles(await converted.list()) : null;
  const asked = left ? quantisations.filter((format) => left.includes(format)) : quantisations;
  const stored = asked[0] ?? 'none';
  const conversion = converted && { format: stored, files: converted };
  const described = await describeModel(source, recipes[stored], conversion, signal);
  const found = await described.findWeights();
  const planned: Planned[] = [];
  for (const quantize of asked) {
    const choose = quantize === stored ? choiceOf(found.data) : found.choose(recipes[quantize]);
    if (choose) planned.push(await planFormat(described, { quantize, choose, cacheFormat }, room));
    signal?.throwIfAborted();
  }
  const [first, ...smaller] = planned.map(({ named }) => named);
  return {
    name: source.name,
    kind: described.kind,
    formats: planned.map(({ format }) => format),
    advice: first?.plan.fits === false ? adviseFormat([first, ...smaller], room.other(described.kind)?.name) : null,
  };
}

interface Planned {
  readonly format: FormatPlan;
  readonly named: NamedPlan;
}

interface Asked {
  readonly quantize: Quantisation;
  readonly choose: StorageChoice;
  readonly cacheFormat: CacheFormat | undefined;
}

async function planFormat(
  { kind, model }: Described,
  { quantize, choose, cacheFormat }: Asked,
  room: Room,
): Promise<Planned> {
  const { gpu, budget } = room;
  const format = formatNames(listWeights(model.weights), choose).join(' + ');
  const weightBytes = weightBytesOf(model.weights, choose);
  const occupied = room.other(kind)?.resident ?? 0;
  const request = { choose, gpu, budget, occupied };
  const of = (plan: NamedPlan['plan'], explainable: string | null): Planned => ({
    format: { quantize, format, weightBytes, fits: plan.fits, explainable: plan.fits ? explainable : null },
    named: { format: quantize === 'none' ? format : quantize, plan },
  });
  try {
    if (kind === 'language') {
      const plan = await planMemory({ model, ...request, cacheFormat });
      return of(plan, describeExplainable(plan));
    }
    const plan = await planImageMemory({ model, ...request });
    return of({ ...plan, writing: plan.explaining }, null);
  } catch (error) {
    if (!(error instanceof AppError) || error.name !== 'OutOfMemoryError') throw error;
    // No buffer of this GPU is large enough.
    return of({ budget, occupied, writing: occupied + weightBytes, fits: false }, null);
  }
}
