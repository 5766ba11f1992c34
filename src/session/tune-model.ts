// Measures how a model's matrices are multiplied best on this GPU, and keeps what came of it: the next load on such a device
// only checks that it is still right.
import type { Gpu } from '../engine/gpu.ts';
import { Tuning } from '../engine/tuning.ts';
import type { KeptTunings } from './platform.ts';

export async function tuneModel(gpu: Gpu, kept: KeptTunings | undefined, measure: () => Promise<void>): Promise<void> {
  const { name } = gpu.description;
  const known = (await kept?.read(name)) ?? null;
  if (known !== null) gpu.tuning.remember(known);
  await measure();
  const now = gpu.tuning.written();
  // Nothing was measured where the model is small, or there is one way only.
  if (now !== known && now !== new Tuning(gpu.lanes).written()) await kept?.write(name, now);
}
