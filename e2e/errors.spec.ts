// What goes wrong is seen wherever the reader is, and takes neither the focus nor the place in the text.
import { writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { run } from './app.ts';
import { drop, dropAndWait, expect, given, sightImage, test } from './sight.ts';

const phone = { width: 390, height: 700 };
const desk = { width: 1440, height: 900 };

/** A text file where an image is expected. */
async function giveText(page: Page, path: string): Promise<void> {
  writeFileSync(path, 'Dear diary, nothing today.');
  await drop(page, given(path));
  await expect(page.getByTestId('error')).toContainText('notes.txt is a text, not an image.');
}

test('an error is seen on a phone while a prompt is typed below a long text', async ({ tiny }, testInfo) => {
  await tiny.setViewportSize(phone);
  await run(tiny, 'Mia has a red kite. Tom has a blue boat. '.repeat(24).trim());
  const prompt = tiny.getByTestId('prompt');
  await prompt.fill('What does');
  await prompt.press('End');
  const scrolled = await tiny.evaluate(() => scrollY);
  expect(scrolled).toBeGreaterThan(phone.height);
  await giveText(tiny, testInfo.outputPath('notes.txt'));
  await expect(tiny.getByTestId('error')).toBeInViewport({ ratio: 1 });
  await expect(prompt).toBeInViewport();
  await tiny.keyboard.type(' Mia have?');
  await expect(prompt).toHaveValue('What does Mia have?');
  await tiny.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await expect(tiny.getByTestId('error')).toBeInViewport({ ratio: 1 });
  await tiny.getByTestId('error-close').click();
  await tiny.setViewportSize(desk);
});

test('an error is seen on a phone below an image, over the explanation', async ({ sight }, testInfo) => {
  await sight.setViewportSize(phone);
  await dropAndWait(sight, sightImage);
  await sight.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await giveText(sight, testInfo.outputPath('notes.txt'));
  await expect(sight.getByTestId('error')).toBeInViewport({ ratio: 1 });
  await sight.getByTestId('error-close').click();
  await sight.setViewportSize(desk);
});

test('on a wide page the text keeps its place, and its end where that was read', async ({ tiny }, testInfo) => {
  await tiny.setViewportSize({ width: 1280, height: 640 });
  await run(tiny, 'Mia has a red kite. Tom has a blue boat. '.repeat(40).trim());
  const text = tiny.locator('.reading-scroll');
  const end = tiny.getByTestId('token').last();
  await expect(end).toBeInViewport();
  await giveText(tiny, testInfo.outputPath('notes.txt'));
  await expect(tiny.getByTestId('error')).toBeInViewport({ ratio: 1 });
  await expect(end).toBeInViewport();
  await tiny.getByTestId('error-close').click();

  await text.hover();
  await tiny.mouse.wheel(0, -200);
  const place = () => text.evaluate(({ scrollTop }) => scrollTop);
  await expect(end).not.toBeInViewport();
  const before = await place();
  await giveText(tiny, testInfo.outputPath('notes.txt'));
  await expect(tiny.getByTestId('error')).toBeInViewport({ ratio: 1 });
  expect(await place()).toBe(before);
  await tiny.getByTestId('error-close').click();
  await tiny.setViewportSize(desk);
});
