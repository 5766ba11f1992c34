// The streaming probe: bytes per second that a plain kernel reads on this adapter (shaders/bench/stream.wgsl), the best of
// several shapes. What a matrix kernel reaches is told as a share of it.
import source from '#shaders/bench/stream.wgsl?raw';
import { gridOf, type Gpu } from '../engine/gpu.ts';
import { kernel, shader } from '../engine/kernel.ts';
import { createStorage } from '../engine/pool.ts';
import { AppError } from '../errors.ts';
import { gpuSeconds } from './gpu-seconds.ts';

export interface StreamingProbe {
  readonly bytes: number;
  readonly bytesPerSecond: number;
  readonly shape: { readonly entry: Entry; readonly lanes: number; readonly foursPerLane: number };
}

type Entry = 'side_by_side' | 'one_behind_the_other';

const stream = shader('bench/stream.wgsl', source);

/** What graphics cards like, and what software drivers like. The largest piece of a workgroup is 1 MiB. */
const shapes: readonly StreamingProbe['shape'][] = [
  { entry: 'side_by_side', lanes: 64, foursPerLane: 16 },
  { entry: 'side_by_side', lanes: 256, foursPerLane: 16 },
  { entry: 'side_by_side', lanes: 64, foursPerLane: 128 },
  { entry: 'side_by_side', lanes: 256, foursPerLane: 64 },
  { entry: 'one_behind_the_other', lanes: 8, foursPerLane: 256 },
  { entry: 'one_behind_the_other', lanes: 8, foursPerLane: 4096 },
  { entry: 'one_behind_the_other', lanes: 32, foursPerLane: 1024 },
];

const piece = 2 ** 20;

/** `bytes`: a multiple of 1 MiB, and more than the caches hold for a figure of the memory itself. */
export async function probeStreaming(gpu: Gpu, bytes = 128 * piece, repeats = 5): Promise<StreamingProbe> {
  const storage = createStorage(gpu.device, bytes, 'streaming probe');
  const words = Uint32Array.from({ length: piece / 4 }, (_, index) => Math.imul(index, 2654435761));
  for (let at = 0; at < bytes; at += piece) gpu.write(storage, at, words);
  const expected = (sumOf(words) * (bytes / piece)) >>> 0;
  const probes: StreamingProbe[] = [];
  try {
    for (const shape of shapes) {
      const { entry, lanes, foursPerLane } = shape;
      const groups = bytes / (16 * lanes * foursPerLane);
      const run = kernel(stream, entry, { LANES: lanes });
      const read = () => {
        const sums = gpu.allocate(groups, lanes * 4, 'streaming probe');
        gpu.run(run, { words: storage, sums: sums.storage }, { per_lane: foursPerLane }, gridOf(groups));
        return sums;
      };
      const found = sumOf(await gpu.scopeAsync(() => gpu.readIds(read())));
      if (found !== expected)
        throw new AppError(
          'GpuError',
          `The streaming probe (${entry}, ${lanes} lanes) added up to ${found}, not ${expected}.`,
        );
      const seconds = await gpuSeconds(gpu, () => void read(), repeats);
      probes.push({ bytes, bytesPerSecond: bytes / seconds, shape });
    }
  } finally {
    storage.buffer.destroy();
    gpu.purge();
  }
  return probes.toSorted((a, b) => b.bytesPerSecond - a.bytesPerSecond)[0]!;
}

/** In 32 bits, which run over. */
const sumOf = (words: Uint32Array): number => words.reduce((sum, word) => (sum + word) >>> 0, 0);
