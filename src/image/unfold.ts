// Pixels [channels, height, width] → a row per patch, row by row of the grid, each in the order channel, row, column:
// that of a convolution's weights, so that embedding patches is a linear layer.
import type { ImageModel } from '../models/model.ts';

export function unfold(
  pixels: ArrayLike<number>,
  { channels, height, width }: ImageModel['image'],
  patchSize: number,
): Float32Array<ArrayBuffer> {
  const columns = width / patchSize;
  const area = patchSize * patchSize;
  return Float32Array.from({ length: channels * height * width }, (_, index) => {
    const patch = Math.floor(index / (channels * area));
    const channel = Math.floor(index / area) % channels;
    const row = Math.floor(patch / columns) * patchSize + (Math.floor(index / patchSize) % patchSize);
    const column = (patch % columns) * patchSize + (index % patchSize);
    return pixels[(channel * height + row) * width + column]!;
  });
}
