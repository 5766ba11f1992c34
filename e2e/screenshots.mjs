// Takes the pictures of the README and the example of the first screen from the built-in model; run by hand after the
// model or the looks have changed: `node e2e/screenshots.mjs`.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { root } from '../tools/install.mjs';
import { findChromium } from '../tools/system.mjs';

const prompt = 'Mia has a red kite. Tom has a blue boat. What does Mia have?';
const word = ' kite';
const port = 20_000 + (process.pid % 20_000);
const address = `http://localhost:${port}/`;

const server = spawn(process.execPath, [join(root, 'tools', 'serve-build.mjs'), String(port)], { stdio: 'inherit' });
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: ['--no-sandbox', '--enable-unsafe-webgpu', '--enable-features=Vulkan', '--use-webgpu-adapter=swiftshader'],
});
try {
  await served();
  for (const scheme of ['light', 'dark']) await picture(scheme);
  await imagePicture();
} finally {
  await browser.close();
  server.kill();
}

async function served() {
  for (let attempt = 0; attempt < 120; attempt += 1) {
    const answer = await fetch(address).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`Nothing is served at ${address}.`);
}

async function picture(colorScheme) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme });
  await page.goto(address);
  await page.locator('[data-testid="status"][data-model="ready"]').waitFor({ timeout: 120_000 });
  await page.getByRole('button', { name: 'Close this note' }).click();
  await page.getByTestId('prompt').fill(prompt);
  await page.getByTestId('run').click();
  await page
    .getByTestId('status')
    .filter({ hasText: / after \d+ tokens?/ })
    .waitFor();
  const answer = page.locator('[data-testid="token"].answer');
  await answer
    .filter({ hasText: new RegExp(`^${word}$`) })
    .first()
    .click();
  await page.locator('[data-testid="explanation"][data-status="ready"]').waitFor();
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(root, 'docs', `app-${colorScheme}.png`) });
  if (colorScheme === 'light') writeFileSync(join(root, 'src', 'ui', 'example.json'), await example(page));
  await page.close();
}

async function imagePicture() {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
  await page.goto(address);
  await page.locator('[data-testid="status"][data-model="ready"]').waitFor({ timeout: 120_000 });
  await page.getByTestId('sample-image').first().click();
  await page.locator('[data-testid="explanation"][data-status="ready"]').waitFor({ timeout: 120_000 });
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(root, 'docs', 'app-image.png') });
  await page.close();
}

/** The explained text without special tokens, rounded: it is only looked at. */
async function example(page) {
  const all = await page.locator('[data-testid="token"][data-relevance]').evaluateAll((tokens) =>
    tokens.map((token) => ({
      text: token.textContent,
      relevance: Number(Number(token.dataset.relevance).toPrecision(3)),
      special: token.classList.contains('special'),
      answer: token.classList.contains('answer'),
    })),
  );
  const shown = all.filter(({ special }) => !special);
  const promptLength = shown.filter(({ answer }) => !answer).length;
  const tokens = shown.map(({ text, relevance }) => ({ text, relevance }));
  return `${JSON.stringify({ target: word, promptLength, tokens }, null, 2)}\n`;
}
