// One checkpoint in a process of its own: loaded, made to write, made to explain, and what that took.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckpointMeasurement } from '../bench/checkpoints/measurement-table.ts';
import { randomWords } from '../bench/random-numbers.ts';
import { countBuffers } from '../bench/count-buffers.ts';
import { HeapMeter } from '../bench/heap-meter.ts';
import { createNodeGpu } from '../platform/node-gpu.ts';
import { nodeSource } from '../platform/node-source.ts';
import type { Source } from '../load/source.ts';
import { createLocalSession } from '../session/local-session.ts';
import { greedy, type ImageModelInfo, type LanguageModelInfo, type Picture, type Quantisation, type Session } from '../session/session.ts'; // prettier-ignore
import { requireClosed } from './ledger.ts';

const promptTokens = 16;
const newTokens = 16;

export async function measureCheckpoint(folder: string, quantize: Quantisation): Promise<CheckpointMeasurement> {
  const { gpu, held } = countBuffers(await createNodeGpu());
  const bindingBytes = (await gpu.requestAdapter())!.limits.maxStorageBufferBindingSize;
  if (globalThis.gc === undefined) throw new Error('JavaScript memory cannot be measured without node --expose-gc.');
  globalThis.gc();
  const heap = new HeapMeter(process.memoryUsage);
  const source = sampled(nodeSource(folder), () => heap.sample());
  const session = createLocalSession({ gpu: () => gpu, openSource: async () => ({ source, warnings: [] }) });

  const start = performance.now();
  const info = await session.load(
    { kind: 'folder', path: folder, ...(quantize === 'none' ? {} : { quantize }) },
    { onProgress: () => heap.sample() },
  );
  const loadSeconds = since(start);
  const used = await (info.kind === 'image' ? useImageModel(session, info) : useLanguageModel(session, info));
  const measurement = {
    checkpoint: info.name,
    quantize,
    format: info.format,
    parameters: info.parameters,
    adapter: info.adapter.name,
    bindingBytes,
    fileBytes: await sizeOf(folder),
    loadSeconds,
    weightBytes: info.weightBytes,
    gpuPeakBytes: held.peak,
    heapBytes: heap.peakBytes,
    residentBytes: process.resourceUsage().maxRSS * 1024,
    ...used,
  };
  await session.dispose();
  return measurement;
}

type Used = Pick<CheckpointMeasurement, 'generate' | 'explain'>;

async function useLanguageModel(session: Session, { vocabularySize }: LanguageModelInfo): Promise<Used> {
  const idsFrom = (first: number, count: number): number[] =>
    Array.from({ length: count }, (_, index) => (first + index * 7919) % vocabularySize);
  const explain = (ids: readonly number[]) =>
    session.explain({ ids, target: null, contrast: null, scalar: 'logit', method: 'attnlrp' });
  const write = (ids: readonly number[], maxTokens: number) => session.generate({ ids, maxTokens, sampling: greedy });
  // Kernels are compiled when they are met first.
  await write(idsFrom(1, 2), 2);
  await explain(idsFrom(1, 2));
  const { decode } = await write(idsFrom(2, promptTokens), newTokens);
  const start = performance.now();
  const { ledger } = await explain(idsFrom(3, promptTokens));
  const seconds = since(start);
  requireClosed({ ...ledger });
  return {
    generate: { tokens: decode.tokens, tokensPerSecond: decode.tokens / decode.seconds },
    explain: { tokens: promptTokens, seconds },
  };
}

async function useImageModel(session: Session, { grid, patchSize }: ImageModelInfo): Promise<Used> {
  const image = randomPicture(grid.columns * patchSize, grid.rows * patchSize);
  const explain = () =>
    session.explainImage({ image, target: null, contrast: null, scalar: 'logit', recipe: 'cp-lrp-gamma' });
  await explain();
  const start = performance.now();
  const { ledger } = await explain();
  const seconds = since(start);
  requireClosed({ ...ledger });
  return { generate: null, explain: { tokens: grid.rows * grid.columns + 1, seconds } };
}

function randomPicture(width: number, height: number): Picture {
  const random = randomWords();
  const data = Uint8Array.from({ length: width * height * 3 }, () => random() >>> 24);
  return { width, height, data };
}

const since = (start: number): number => (performance.now() - start) / 1000;

/** The same folder; `onRead` is told whenever bytes have been read, and are held. */
function sampled(source: Source, onRead: () => void): Source {
  return {
    ...source,
    async open(name, signal) {
      const file = await source.open(name, signal);
      if (!file) return null;
      const read = async (start: number, end: number, signal?: AbortSignal) => {
        const bytes = await file.read(start, end, signal);
        onRead();
        return bytes;
      };
      return { name: file.name, size: file.size, read };
    },
  };
}

async function sizeOf(folder: string): Promise<number> {
  const files = await Promise.all((await readdir(folder)).map((name) => stat(join(folder, name))));
  return files.reduce((sum, { size }) => sum + size, 0);
}
