// A page for tests: a file that says it is an image is one of 3 × 2 pixels, every other is none.
import { AppError } from '../../errors.ts';
import type { Surroundings } from '../slices.ts';

export const builtInSight = { kind: 'url', url: 'https://example.org/sight/' } as const;

export const surroundings: Surroundings = {
  async readImage(file, name) {
    const text = await file.text();
    if (!text.startsWith('image')) throw new AppError('ImageError', `${name} is no image.`);
    return { width: 3, height: 2, data: new Uint8Array(18).fill(text.length) };
  },
  async openFile(address) {
    if (address === './samples/index.json')
      return new Blob([JSON.stringify([{ file: 'cat.jpg', label: 'Cat', alt: 'A cat' }])]);
    return new Blob([`image at ${address}`]);
  },
  builtIn: { language: { kind: 'url', url: 'https://example.org/world/' }, image: builtInSight },
};

export const imageFile = (name = 'a'): Blob => new Blob([`image ${name}`]);
