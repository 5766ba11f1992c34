// A photograph → what the model sees: the picture to show beside it, and its numbers.
import type { ImageModel, Preprocessing } from '../models/model.ts';
import { resize } from './resize.ts';
import type { Picture } from './picture.ts';

/** Resized and cropped to its centre. A picture that already has the model's size stays as it is, pixel for pixel. */
export function fitImage(image: Picture, { height, width }: ImageModel['image'], how: Preprocessing): Picture {
  if (image.height === height && image.width === width) return image;
  const size = sizeAfter(image, how.resize);
  const left = Math.floor((size.width - width) / 2);
  const top = Math.floor((size.height - height) / 2);
  return resize(image, size, how.interpolation, { left, top, width, height });
}

/** (value / 255 − mean) / std → [channels, height, width]. */
export function normalise({ width, height, data }: Picture, { mean, std }: Preprocessing): Float32Array<ArrayBuffer> {
  const pixels = width * height;
  return Float32Array.from({ length: 3 * pixels }, (_, index) => {
    const channel = Math.floor(index / pixels);
    return (data[(index % pixels) * 3 + channel]! / 255 - mean[channel]!) / std[channel]!;
  });
}

function sizeAfter(image: Picture, target: Preprocessing['resize']): { width: number; height: number } {
  if (!('shorterSide' in target)) return target;
  const { shorterSide } = target;
  const longer = (long: number, short: number) => Math.trunc((shorterSide * long) / short);
  return image.width <= image.height
    ? { height: longer(image.height, image.width), width: shorterSide }
    : { height: shorterSide, width: longer(image.width, image.height) };
}
