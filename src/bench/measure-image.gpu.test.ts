import { expect, it } from 'vitest';
import { useGpu } from '../engine/gpu.test-helper.ts';
import { imageShapes, randomImageModel } from './image-shapes.ts';
import { measureImages } from './measure-image.ts';

const gpu = useGpu();

it('times a vision transformer and its explanations, and leaves nothing behind', async () => {
  const small = {
    ...imageShapes['vit-tiny-16'],
    image_size: 32,
    hidden_size: 48,
    intermediate_size: 64,
    num_labels: 7,
  };
  const loaded = await randomImageModel(gpu(), small, 2);
  const before = gpu().pool.liveBytes;
  const { tokens, layers, forward, explain, bytes } = await measureImages(loaded, 1);
  expect([tokens, layers, bytes.weights]).toEqual([5, 2, loaded.weights.bytes]);
  expect(Object.keys(explain)).toEqual(['cp-lrp-gamma', 'attnlrp-epsilon']);
  expect(forward.seconds).toBeGreaterThan(0);
  for (const { keepAll, ...checkpointed } of Object.values(explain)) {
    for (const { seconds, ratioToForward } of [checkpointed, keepAll])
      expect(Math.min(seconds, ratioToForward)).toBeGreaterThan(0);
    expect(keepAll.peakBytes).toBeGreaterThan(checkpointed.peakBytes);
    expect(checkpointed.peakBytes).toBeGreaterThan(forward.peakBytes);
  }
  expect(gpu().pool.liveBytes).toBe(before);
  loaded.weights.destroy();
});
