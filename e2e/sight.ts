// What the tests of images share: a page with the tiny vision transformer open, ways to give it an image, its numbers.
import type { Locator, Page } from '@playwright/test';
import { encode } from 'fast-png';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { address, expect, openApp, test as base, watch } from './app.ts';
import { fixture } from './command-line.ts';

export const sightModel = fixture('vit-hf');
/** Already of the model's size. */
export const sightImage = join(sightModel, 'image.png');

export const test = base.extend<object, { readonly sight: Page }>({
  sight: [
    async ({ browser }, use) => {
      const page = watch(await browser.newPage({ baseURL: address, viewport: { width: 1440, height: 900 } }));
      await openApp(page, '?model=fixtures/vit-hf/');
      await use(page);
      await page.close();
    },
    { scope: 'worker' },
  ],
});

export { expect };

interface Given {
  readonly name: string;
  readonly type: string;
  /** base64 */
  readonly content: string;
}

const typeOf = (name: string): string => (name.endsWith('.png') ? 'image/png' : /\.jpe?g$/.test(name) ? 'image/jpeg' : 'text/plain'); // prettier-ignore
export const given = (path: string): Given => ({
  name: basename(path),
  type: typeOf(path),
  content: readFileSync(path).toString('base64'),
});

/** Dispatches the event that a drop or a paste of files makes. */
async function give(page: Page, how: 'drop' | 'paste', files: readonly Given[]): Promise<void> {
  await page.evaluate(
    ([kind, all]) => {
      const data = new DataTransfer();
      for (const { name, type, content } of all)
        data.items.add(new File([Uint8Array.from(atob(content), (char) => char.charCodeAt(0))], name, { type }));
      const options = { bubbles: true, cancelable: true };
      const page = document.querySelector('.page')!;
      if (kind === 'drop') page.dispatchEvent(new DragEvent('drop', { ...options, dataTransfer: data }));
      else page.dispatchEvent(new ClipboardEvent('paste', { ...options, clipboardData: data }));
    },
    [how, files] as const,
  );
}
export const drop = (page: Page, ...files: readonly Given[]): Promise<void> => give(page, 'drop', files);
export const paste = (page: Page, ...files: readonly Given[]): Promise<void> => give(page, 'paste', files);

/** Waits for the answer about that class, of the image of that name. */
export async function answered(page: Page, target: number | RegExp = /^\d+$/): Promise<void> {
  const panel = page.getByTestId('explanation');
  await expect(panel).toHaveAttribute('data-status', 'ready');
  await expect(panel).toHaveAttribute('data-target', typeof target === 'number' ? String(target) : target);
}

export async function dropAndWait(page: Page, path: string): Promise<void> {
  await drop(page, given(path));
  await expect(page.getByTestId('status')).toHaveText(`${basename(path)} is explained.`);
  await answered(page);
}

export const classRow = (page: Page, id: number): Locator => page.locator(`[data-testid="class"][data-id="${id}"]`);

/** Relevance of every patch, row by row, as the keys walk over them. */
export async function patches(page: Page): Promise<number[]> {
  const grid = page.getByTestId('patches');
  const [rows, columns] = [
    Number(await grid.getAttribute('data-rows')),
    Number(await grid.getAttribute('data-columns')),
  ];
  const readout = page.getByTestId('patch');
  const values: number[] = [];
  await grid.focus();
  for (let step = 0; step < rows; step += 1) await page.keyboard.press('ArrowUp');
  for (let row = 0; row < rows; row += 1) {
    await page.keyboard.press('Home');
    for (let column = 0; column < columns; column += 1) {
      await expect(readout).toHaveAttribute('data-patch', String(row * columns + column));
      values.push(Number(await readout.getAttribute('data-value')));
      await page.keyboard.press('ArrowRight');
    }
    await page.keyboard.press('ArrowDown');
  }
  return values;
}

type Pixels = Parameters<typeof encode>[0];

/** Noise with every degree of transparency. */
export function noise(width: number, height: number, channels: 3 | 4 = 4): Pixels {
  let state = 1;
  const data = Uint8Array.from({ length: width * height * channels }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state >> 16;
  });
  return { width, height, data, channels, depth: 8 };
}

export const png = (image: Pixels): Buffer => Buffer.from(encode(image));

/** What a canvas shows, read from a copy: reading from the canvas itself would change how the browser keeps it. */
export const pixelsOf = (canvas: Locator): Promise<{ width: number; height: number; data: number[] }> =>
  canvas.evaluate((element: HTMLCanvasElement) => {
    const { width, height } = element;
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
    context.drawImage(element, 0, 0);
    return { width, height, data: [...context.getImageData(0, 0, width, height).data] };
  });
