// Browsers that cannot run a model: a sentence, never a blank page.
import { chromium } from '@playwright/test';
import { findChromium } from '../tools/system.mjs';
import { address, expect, test, watch } from './app.ts';

test('says what to do where the browser has no WebGPU', async ({ page }) => {
  await page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'gpu'));
  await page.goto('./');
  await expect(page.getByTestId('error')).toHaveAttribute('data-name', 'NoGpuError');
  await expect(page.getByRole('alert')).toContainText('This browser has no WebGPU');
  await expect(page.getByTestId('status')).toHaveText('No model is open.');
  await page.getByTestId('help').click();
  await expect(page.getByRole('dialog')).toContainText('How to read this page');
});

test('says what to do where WebGPU finds no adapter', async () => {
  const executablePath = findChromium();
  const browser = await chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: ['--no-sandbox', '--enable-unsafe-webgpu', '--disable-gpu', '--disable-software-rasterizer'],
  });
  const page = watch(await browser.newPage());
  await page.goto(address);
  await expect(page.getByTestId('error')).toHaveAttribute('data-name', 'NoGpuError');
  await expect(page.getByTestId('status')).toHaveText('The model could not be opened.');
  await browser.close();
});
