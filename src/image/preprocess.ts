// A photograph → what the model sees: the picture to show beside it, and its numbers.
import type { ImageModel, Preprocessing } from '../models/model.ts';
import { resize } from './resize.ts';
import type { Picture } from './picture.ts';

/** Resized and cropped to its centre. A picture that already has the model's size stays as it is, pixel for pixel. */
export function fitImage(image: Picture, { height, width }: ImageModel['image'], how: Preprocessing): Picture {
  if (image.height === height && image.width === width) return image;
  const [newHeight, newWidth] = sizeAfter(image, how.resize);
  return crop(resize(image, newWidth, newHeight, how.interpolation), height, width);
}

/** (value / 255 − mean) / std → [channels, height, width]. */
export function normalise({ width, height, data }: Picture, { mean, std }: Preprocessing): Float32Array<ArrayBuffer> {
  const pixels = width * height;
  return Float32Array.from({ length: 3 * pixels }, (_, index) => {
    const channel = Math.floor(index / pixels);
    return (data[(index % pixels) * 3 + channel]! / 255 - mean[channel]!) / std[channel]!;
  });
}

function sizeAfter(image: Picture, target: Preprocessing['resize']): readonly [height: number, width: number] {
  if (!('shorterSide' in target)) return [target.height, target.width];
  const { shorterSide } = target;
  const longer = (long: number, short: number) => Math.trunc((shorterSide * long) / short);
  return image.width <= image.height
    ? [longer(image.height, image.width), shorterSide]
    : [shorterSide, longer(image.width, image.height)];
}

function crop(image: Picture, height: number, width: number): Picture {
  const [top, left] = [Math.floor((image.height - height) / 2), Math.floor((image.width - width) / 2)];
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const start = ((top + row) * image.width + left) * 3;
    data.set(image.data.subarray(start, start + width * 3), row * width * 3);
  }
  return { width, height, data };
}
