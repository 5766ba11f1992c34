// The same for image classifiers, whose inputs are all of one size: weights, and one explanation.
import { recipes } from '../engine/rules.ts';
import { explainImage } from '../explain/explain-image.ts';
import type { ImageModel } from '../models/model.ts';
import { countingDevice, type GpuTraits } from './counting-device.ts';
import { hollowWeights } from './hollow-weights.ts';
import { weightBytesOf, type StorageChoice } from './weight-bytes.ts';

export interface ImageMemoryRequest {
  readonly model: ImageModel;
  readonly choose: StorageChoice;
  readonly gpu: GpuTraits;
  /** Bytes that may be taken in all. */
  readonly budget: number;
  /** Bytes of it that other models hold. */
  readonly occupied?: number;
}

export interface ImageMemoryPlan {
  readonly budget: number;
  readonly occupied: number;
  readonly weights: number;
  /** Bytes at the peak of an explanation by the recipe that takes most, everything included; blocks are computed again. */
  readonly explaining: number;
  /** The same with everything kept that blocks saved. */
  readonly keeping: number;
  /** Bytes that stay between jobs: weights, and what is computed once. */
  readonly resident: number;
  readonly fits: boolean;
}

/** @throws OutOfMemoryError where one buffer would be larger than the GPU allows. */
export async function planImageMemory({
  model,
  choose,
  gpu: like,
  budget,
  occupied = 0,
}: ImageMemoryRequest): Promise<ImageMemoryPlan> {
  const weights = weightBytesOf(model.weights, choose);
  const counted = await countingDevice(like);
  const { gpu } = counted;
  const { channels, height, width } = model.image;
  const hollow = { gpu, model, weights: hollowWeights(model.weights, choose) };
  const request = {
    patches: new Float32Array(channels * height * width),
    target: 0,
    contrast: null,
    scalar: 'centred-logit',
    rules: recipes['attnlrp-gamma'],
  } as const;
  const peakOf = async (keepAll: boolean): Promise<number> => {
    gpu.purge();
    counted.peakBytes = counted.bytes;
    await explainImage(hollow, { ...request, keepAll });
    return occupied + weights + counted.peakBytes;
  };
  const explaining = await peakOf(false);
  const keeping = await peakOf(true);
  gpu.purge();
  const resident = weights + counted.bytes;
  return { budget, occupied, weights, explaining, keeping, resident, fits: explaining <= budget };
}
