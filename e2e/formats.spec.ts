// Formats of a model in the app: chosen before it is loaded, converted once, remembered; and memory that is short.
import { readFileSync, readdirSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { answer, expect, explain, openApp, relevances, run, set, test } from './app.ts';
import { startHub, type HubServer } from './hub-server.ts';
import { drop, given } from './sight.ts';

const filesOf = (path: string): Map<string, Uint8Array> => {
  const folder = new URL(path, import.meta.url);
  return new Map(readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(new URL(name, folder)))]));
};
const id = 'owner/tiny-text';
const ready = { timeout: 60_000 };

let hub: HubServer;
test.beforeAll(async () => {
  hub = await startHub();
  hub.repositories.set(id, { files: filesOf('./fixtures/tiny-text/') });
  hub.repositories.set('owner/world', { files: filesOf('../public/models/tiny-world/') });
});
test.afterAll(() => hub.close());
test.beforeEach(() => hub.reset());

const stored = (page: Page) => page.getByTestId('stored-model').filter({ hasText: id });
const facts = (page: Page) => page.locator('.facts').first();

async function writes(page: Page): Promise<{ readonly text: string; readonly relevance: readonly number[] }> {
  await set(page, { maxTokens: 4 });
  await run(page, 'Mia has a red kite.');
  await explain(page, Number(await answer(page).last().getAttribute('data-index')));
  return { text: (await answer(page).allTextContents()).join(''), relevance: await relevances(page) };
}

test('a hub model is converted once; the second load converts nothing and touches no network', async ({
  context,
  page,
}) => {
  await openApp(page, '?model=fixtures/tiny-text/');
  await page.getByTestId('open-model').click();
  await page.getByText('Another hub').click();
  await page.getByTestId('hub-endpoint').fill(hub.endpoint);
  await page.getByTestId('model-url').fill(id);
  await page.getByTestId('model-url-open').click();
  await expect(page.getByTestId('formats')).toContainText('Context you can explain on this device', ready);
  await page.getByTestId('format-int4').check();
  await page.getByTestId('download-start').click();
  await expect(stored(page)).toContainText('int4 too', ready);
  await expect(facts(page)).toContainText('converted while it was loaded');
  await page.keyboard.press('Escape');
  const first = await writes(page);

  hub.log.length = 0;
  const second = await context.newPage();
  await openApp(second, `?model=${id}`);
  await second.getByTestId('open-model').click();
  // The format is remembered by the model's name.
  await expect(facts(second)).toContainText('int4');
  await expect(facts(second)).not.toContainText('converted while it was loaded');
  await second.keyboard.press('Escape');
  expect(await writes(second)).toEqual(first);
  expect(hub.log).toEqual([]);

  await second.getByTestId('open-model').click();
  await stored(second).getByRole('button', { name: 'Keep only int4' }).click();
  await expect(stored(second)).toContainText('int4 only');
  await second.reload();
  await expect(second.getByTestId('status')).toHaveAttribute('data-model', 'ready', ready);
  await second.getByTestId('open-model').click();
  await expect(facts(second)).toContainText('int4');
  expect(hub.log).toEqual([]);
  await stored(second).getByRole('button', { name: 'Delete' }).click();
  await expect(second.getByTestId('stored-model')).toHaveCount(0);
});

test('tabs that convert at once, or are closed while they do, leave a model that opens whole', async ({
  context,
  page,
}) => {
  await openApp(page, '?model=fixtures/tiny-text/');
  await page.evaluate((endpoint) => localStorage.setItem('attnlrp-webgpu.hub', endpoint), hub.endpoint);
  await openApp(page, '?model=owner/world');
  hub.log.length = 0;
  const asInt4 = '?model=owner/world&quantize=int4';
  for (const delay of [300, 500, 700, 900]) {
    const closed = await context.newPage();
    await closed.goto(`./${asInt4}`);
    await closed.waitForTimeout(delay);
    await closed.close();
  }
  const tabs = await Promise.all([context.newPage(), context.newPage()]);
  await Promise.all(tabs.map((tab) => openApp(tab, asInt4)));
  await openApp(page, asInt4);
  await page.getByTestId('open-model').click();
  const world = page.getByTestId('stored-model').filter({ hasText: 'owner/world' });
  await expect(world).toContainText('int4 too');
  await expect(facts(page)).toContainText('int4');
  await expect(facts(page)).not.toContainText('converted while it was loaded');
  expect(hub.log).toEqual([]);
  await world.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByTestId('stored-model')).toHaveCount(0);
});

test('where there is no space for converted weights the model opens all the same, and says so', async ({ page }) => {
  await openApp(page, '?model=fixtures/tiny-text/');
  await page.evaluate((endpoint) => localStorage.setItem('attnlrp-webgpu.hub', endpoint), hub.endpoint);
  await openApp(page, '?model=owner/world');
  const { usage = 0 } = await page.evaluate(() => navigator.storage.estimate());
  const session = await page.context().newCDPSession(page);
  const limit = (quotaSize: number) =>
    session.send('Storage.overrideQuotaForOrigin', { origin: new URL(page.url()).origin, quotaSize });
  await limit(usage + 200_000);
  hub.log.length = 0;
  await page.getByTestId('open-model').click();
  await page.getByTestId('other-format-language').click();
  await page.getByTestId('format-int4').check();
  await page.getByTestId('reload-language').click();
  await expect(facts(page)).toContainText('int4', ready);
  await expect(page.locator('.warnings')).toHaveText(
    /^int4-\w+\.safetensors needs .*, more than this page may still store\. The int4 version is therefore not kept/,
  );
  const world = page.getByTestId('stored-model').filter({ hasText: 'owner/world' });
  await expect(world).not.toContainText('int4 too');

  // As soon as there is space, it is kept; until then nothing was.
  await limit(usage + 1e9);
  await page.reload();
  await expect(page.getByTestId('status')).toHaveAttribute('data-model', 'ready', ready);
  await page.getByTestId('open-model').click();
  await expect(world).toContainText('int4 too');
  await expect(page.locator('.warnings')).toHaveCount(0);
  expect(hub.log).toEqual([]);
  await world.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByTestId('stored-model')).toHaveCount(0);
});

test('for a dropped model that is large for the GPU the format is asked; another one is simply opened', async ({
  page,
}) => {
  const folder = new URL('../public/models/tiny-world/', import.meta.url);
  const files = readdirSync(folder).map((name) => given(new URL(name, folder).pathname));
  await openApp(page, '?model=fixtures/tiny-text/');
  await drop(page, ...files);
  await expect(page.getByTestId('model-name')).toHaveText('local files', ready);
  await expect(page.getByTestId('opening-choice')).toHaveCount(0);
  await page.getByTestId('open-model').click();
  await page.getByTestId('setting-memory').fill('0.006');
  await page.keyboard.press('Escape');
  await drop(page, ...files);
  const choice = page.getByTestId('opening-choice');
  await expect(choice.getByTestId('format-advice')).toHaveText(/^As F16 this model needs/, ready);
  await choice.getByTestId('format-int4').check();
  await choice.getByTestId('opening-open').click();
  await expect(choice).toHaveCount(0);
  await expect(page.getByTestId('status')).toHaveAttribute('data-model', 'ready', ready);
  await page.getByTestId('open-model').click();
  await expect(facts(page)).toContainText('int4');
});

test('an open model is loaded again in another format, and closed', async ({ page }) => {
  await openApp(page, '?model=fixtures/tiny-text/');
  await page.getByTestId('open-model').click();
  await page.getByTestId('other-format-language').click();
  await page.getByTestId('format-int8').check();
  await page.getByTestId('reload-language').click();
  await expect(facts(page)).toContainText('int8', ready);
  await page.getByTestId('close-language').click();
  await expect(page.getByText('No model is open yet.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('status')).toHaveText('No model is open.');
});

test('what does not fit is told beforehand, with the formats that would; the memory is remembered', async ({
  page,
}) => {
  await openApp(page, '?model=fixtures/tiny-text/');
  await page.getByTestId('open-model').click();
  await page.getByTestId('setting-memory').fill('0.006');
  await page.getByTestId('model-url').fill('./models/tiny-world');
  await page.getByTestId('model-url-open').click();
  const choice = page.getByTestId('opening-choice');
  await expect(choice.getByTestId('format-advice')).toHaveText(
    /^As F16 this model needs .* As int\d it needs .* and fits/,
  );
  await expect(choice.getByTestId('format-none')).not.toBeChecked();
  await choice.getByTestId('opening-open').click();
  await expect(page.getByTestId('model-name')).toHaveText('tiny-world', ready);
  await page.reload();
  await page.getByTestId('open-model').click();
  await expect(page.getByTestId('setting-memory')).toHaveValue('0.006');
});

test('keeps keys and values in f16 where that is switched on, and remembers it', async ({ page }) => {
  await openApp(page, '');
  await page.getByTestId('open-model').click();
  await page.getByTestId('setting-cache').click();
  await expect(facts(page)).not.toContainText('keys and values in f16');
  await page.getByTestId('model-built-in').click();
  await expect(page.getByTestId('status')).toHaveAttribute('data-model', 'ready', ready);
  await run(page, 'Mia has a red kite. Tom has a blue boat. What does Mia have?');
  await expect(page.getByTestId('token').filter({ hasText: 'kite' })).toHaveCount(2);
  await page.reload();
  await expect(page.getByTestId('status')).toHaveAttribute('data-model', 'ready', ready);
  await page.getByTestId('open-model').click();
  await expect(facts(page)).toContainText('keys and values in f16');
});

test('where two models do not fit, the refusal offers to close the other one', async ({ page }) => {
  await openApp(page, '');
  const memory = async (gigabytes: number): Promise<void> => {
    await page.getByTestId('open-model').click();
    await page.getByTestId('setting-memory').fill(String(gigabytes));
    await page.getByTestId('model-built-in-image').click();
  };
  const notice = page.getByTestId('error');
  await memory(0.001);
  await expect(notice).toContainText('this model needs', ready);
  const needed = /this model needs ([\d.]+) MB/.exec((await notice.textContent())!)![1];
  await notice.getByTestId('error-close').click();
  // Enough for the image model alone.
  await memory((Number(needed) + 1) / 1000);
  await expect(notice).toContainText(/are taken by tiny-world\. .*Close tiny-world/, ready);
  await notice.getByTestId('offer').filter({ hasText: 'Close tiny-world and open tiny-sight' }).click();
  await expect(page.getByTestId('model-name')).toHaveText('tiny-sight', ready);
  await expect(notice).toHaveCount(0);
  await page.getByTestId('open-model').click();
  await expect(page.getByTestId('close-image')).toBeVisible();
  await expect(page.getByTestId('close-language')).toHaveCount(0);
});
