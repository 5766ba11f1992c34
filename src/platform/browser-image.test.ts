// What is refused before decoding; the decoding itself is the browser's and tested there (e2e/image.spec.ts).
import { expect, it } from 'vitest';
import { problemOf } from './browser-image.ts';
import type { ImageHeader } from './image-header.ts';

const png: ImageHeader = { format: 'PNG', foreign: false, text: false, size: { width: 10, height: 10 } };
const problem = (header: Partial<ImageHeader>, size = 1000): string | null =>
  problemOf({ size }, 'cat.png', { ...png, ...header });

it('lets images pass, and what only the decoder can judge', () => {
  expect(problem({})).toBeNull();
  expect(problem({ format: null, size: null })).toBeNull();
});

it.each([
  [{}, 0, 'cat.png is empty.'],
  [{ format: null, text: true, size: null }, 12, 'cat.png is a text, not an image. Choose a PNG, JPEG'],
  [{ format: 'HEIC', foreign: true, size: null }, 12, 'cat.png is in the HEIC format'],
  [{}, 120e6, 'cat.png is too large: 120 MB, where 64 MB are the limit.'],
  [{ size: { width: 20_000, height: 10_000 } }, 12, 'cat.png is too large: 20000 × 10000 pixels, where 64 million'],
])('refuses %o of %i bytes in a sentence', (header, size, sentence) => {
  expect(problem(header, size)).toContain(sentence);
});
