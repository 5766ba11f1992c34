// A folder of files → a model on the GPU: config.json, then the checkpoint's headers, then weights, streamed one by one.
import { AppError } from '../errors.ts';
import type { Gpu } from '../engine/gpu.ts';
import { uploadWeight, destroyWeight, type Weight, type WeightData } from '../engine/weight.ts';
import { LoadedModel } from '../explain/loaded-model.ts';
import { openCheckpoint, readRows } from '../load/checkpoint.ts';
import { toFloat32 } from '../load/decode.ts';
import { readJson } from '../load/json.ts';
import type { Source } from '../load/source.ts';
import { matchWeights, type FloatTensor } from '../load/weights.ts';
import { readModel } from '../models/index.ts';
import { listWeights } from '../models/list-weights.ts';
import type { JsonObject, WeightSpec } from '../models/model.ts';
import type { Job, LoadProgress } from './session.ts';

export interface OpenedModel {
  readonly loaded: LoadedModel;
  readonly endOfText: readonly number[];
  readonly parameters: number;
  readonly format: string;
  readonly warnings: readonly string[];
}

export async function openModel(
  gpu: Gpu,
  source: Source,
  { signal, onProgress = () => {} }: Job<LoadProgress>,
): Promise<OpenedModel> {
  const config = await readJson(source, 'config.json', signal);
  if (!config) {
    throw new AppError(
      'SourceError',
      `${source.name}: there is no config.json. Choose the folder that holds config.json and the safetensors files.`,
    );
  }
  const { model, warnings } = readModel(config);
  const specs = listWeights(model.weights);
  const matched = matchWeights(specs, await openCheckpoint(source, signal));
  const totalBytes = specs.reduce((sum, spec) => sum + byteLength(matched.tensors.get(spec)!), 0);
  const weights = new Map<WeightSpec, Weight>();
  let doneBytes = 0;
  try {
    for (const spec of specs) {
      const data = weightData(spec, matched.tensors.get(spec)!, signal);
      weights.set(
        spec,
        await uploadWeight(gpu, data, (bytes) =>
          onProgress({ phase: 'weights', doneBytes: (doneBytes += bytes), totalBytes }),
        ),
      );
      signal?.throwIfAborted();
    }
    await gpu.settle();
  } catch (error) {
    for (const weight of weights.values()) destroyWeight(weight);
    throw error;
  }
  const generation = await readJson(source, 'generation_config.json', signal);
  return {
    loaded: new LoadedModel(gpu, model, weights),
    endOfText: [...new Set([...model.endOfText, ...endOfText(generation)])],
    parameters: specs.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0),
    format: [
      ...new Set(specs.filter(({ shape }) => shape.length > 1).map((spec) => matched.tensors.get(spec)!.dtype)),
    ].join(' + '),
    warnings: [...warnings, ...matched.warnings],
  };
}

const byteLength = ({ start, end }: { readonly start: number; readonly end: number }): number => end - start;

/** Matrices keep their stored format. Vectors (norms, biases) are widened to F32, which is exact and costs nothing. */
function weightData(spec: WeightSpec, tensor: FloatTensor, signal?: AbortSignal): WeightData {
  const { name, shape } = spec;
  if (shape.length === 1) {
    const read = async (): Promise<Uint8Array<ArrayBuffer>> => {
      return new Uint8Array(toFloat32(await readRows(tensor, 0, 1, signal), tensor.dtype).buffer);
    };
    return { name, format: 'F32', rows: 1, columns: shape[0]!, read };
  }
  const read = (firstRow: number, lastRow: number) => readRows(tensor, firstRow, lastRow, signal);
  return { name, format: tensor.dtype, rows: shape[0]!, columns: shape[1]!, read };
}

function endOfText(generation: JsonObject | null): number[] {
  const ids = generation?.['eos_token_id'];
  return (Array.isArray(ids) ? ids : [ids]).filter((id): id is number => Number.isInteger(id));
}
