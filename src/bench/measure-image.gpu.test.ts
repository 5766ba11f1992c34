import { expect, it } from 'vitest';
import { useGpu } from '../engine/gpu.test-helper.ts';
import { describeImages } from './describe.ts';
import { imageModelOf, imageShapes, loadRandomImageModel } from './image-shapes.ts';
import { measureImages } from './measure-image.ts';
import { multiplied } from './multiplied.test-helper.ts';

const gpu = useGpu();
/** A software driver takes seconds to compile each kernel the first time it meets it. */
const compiling = 300_000;

it(
  'times a vision transformer and its explanations, and leaves nothing behind',
  async () => {
    const small = {
      ...imageShapes['vit-tiny-16'],
      image_size: 32,
      hidden_size: 48,
      intermediate_size: 64,
      num_labels: 7,
    };
    const loaded = await loadRandomImageModel(gpu(), imageModelOf(small, 2), null);
    const before = gpu().pool.liveBytes;
    const measured = await measureImages(loaded, 1);
    const { layers, prefill, explain, bytes, kernels } = measured;
    expect([prefill.tokens, explain.tokens, layers, bytes.weights]).toEqual([5, 5, 2, loaded.weights.bytes]);
    expect(Object.keys(explain.recipes)).toEqual(['cp-lrp-gamma', 'attnlrp-epsilon']);
    expect(explain.seconds).toBe(explain.recipes['cp-lrp-gamma']!.seconds);
    for (const { keepAll, ...checkpointed } of Object.values(explain.recipes)) {
      for (const { seconds, ratioToPrefill } of [checkpointed, keepAll])
        expect(Math.min(seconds, ratioToPrefill)).toBeGreaterThan(0);
      expect(keepAll.peakBytes).toBeGreaterThan(checkpointed.peakBytes);
      expect(checkpointed.peakBytes).toBeGreaterThan(bytes.activations.prefill);
      expect(checkpointed.dispatchesPerLayer).toBeGreaterThan(keepAll.dispatchesPerLayer);
      expect(keepAll.dispatchesPerLayer).toBeGreaterThan(prefill.dispatchesPerLayer);
    }
    // F16, two bytes each: the classes, of two layers four of attention, up and down, and the patches.
    expect(multiplied(kernels!.prefill)).toEqual([
      ['rows 1, inner 48, outer 7', 1, 7 * 48 * 2],
      ['rows 5, inner 48, outer 48', 8, 48 * 48 * 2],
      ['rows 5, inner 48, outer 64', 2, 64 * 48 * 2],
      ['rows 5, inner 64, outer 48', 2, 48 * 64 * 2],
      ['rows 4, inner 768, outer 48', 1, 48 * 768 * 2],
    ]);
    for (const { kernelSeconds, wallSeconds } of Object.values(kernels!))
      expect(kernelSeconds).toBeLessThanOrEqual(wallSeconds);
    expect(describeImages(measured).join('\n')).not.toMatch(/NaN|undefined|Infinity/);
    expect(gpu().pool.liveBytes).toBe(before);
    loaded.weights.destroy();
  },
  compiling,
);
