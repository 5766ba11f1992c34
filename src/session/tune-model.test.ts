import { expect, it, vi } from 'vitest';
import type { Gpu } from '../engine/gpu.ts';
import { alone } from '../engine/lanes.ts';
import { Tuning } from '../engine/tuning.ts';
import { tuneModel } from './tune-model.ts';

const shard = { rows: 40, layout: { name: 'F16' } };
const gpuOf = () => ({ description: { name: 'a GPU' }, lanes: alone, tuning: new Tuning(alone) }) as unknown as Gpu;

function tunings() {
  const kept = new Map<string, string>();
  const read = vi.fn(async (device: string) => kept.get(device) ?? null);
  const write = vi.fn(async (device: string, text: string) => void kept.set(device, text));
  return { kept, read, write };
}

it('keeps what was measured for the next load on such a device', async () => {
  const kept = tunings();
  const [first, second] = [gpuOf(), gpuOf()];
  const { oneRow } = first.tuning;
  await tuneModel(first, kept, async () => oneRow.set(shard, 64, oneRow.choices[1]!));
  expect([...kept.kept.keys()]).toEqual(['a GPU']);
  await tuneModel(second, kept, async () => {
    const remembered = second.tuning.oneRow.rememberedOf(shard, 64)!;
    expect(remembered.name).toBe(oneRow.choices[1]!.name);
    second.tuning.oneRow.set(shard, 64, remembered);
  });
  expect(kept.write).toHaveBeenCalledTimes(1);
});

it('writes nothing where nothing was measured, and needs no place to write to', async () => {
  const kept = tunings();
  await tuneModel(gpuOf(), kept, async () => {});
  expect(kept.write).not.toHaveBeenCalled();
  await tuneModel(gpuOf(), undefined, async () => {});
});

it('keeps what a load measured that did not come to its end', async () => {
  const kept = tunings();
  const gpu = gpuOf();
  const { oneRow } = gpu.tuning;
  const aborted = tuneModel(gpu, kept, async () => {
    oneRow.set(shard, 64, oneRow.choices[1]!);
    throw new DOMException('stopped', 'AbortError');
  });
  await expect(aborted).rejects.toThrow('stopped');
  await tuneModel(gpu, kept, async () => {});
  expect(kept.kept.get('a GPU')).toBe(gpu.tuning.written());
});

it('keeps nothing of a measurement that failed', async () => {
  const kept = tunings();
  const failing = tuneModel(gpuOf(), kept, () => Promise.reject(new Error('lost')));
  await expect(failing).rejects.toThrow('lost');
  expect(kept.write).not.toHaveBeenCalled();
});
