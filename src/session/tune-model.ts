// Measures how a model's matrices are multiplied best on this GPU, and keeps what came of it: the next load on such a device
// only checks that it is still right.
import type { Gpu } from '../engine/gpu.ts';
import type { KeptTunings } from './platform.ts';

export async function tuneModel(gpu: Gpu, kept: KeptTunings | undefined, measure: () => Promise<void>): Promise<void> {
  const { name } = gpu.description;
  const known = await kept?.read(name);
  if (known) gpu.tuning.remember(known);
  const before = gpu.tuning.written();
  await measure();
  const after = gpu.tuning.written();
  if (after !== before) await kept?.write(name, after);
}
