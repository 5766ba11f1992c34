// Models of a hub in the app: what a download would take, its progress, what is stored, and deleting it.
import { readFileSync, readdirSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, openApp, run, test } from './app.ts';
import { startHub, type HubServer } from './hub-server.ts';

const folder = new URL('./fixtures/tiny-text/', import.meta.url);
const files = new Map(readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(new URL(name, folder)))]));
const id = 'owner/tiny-text';
const ready = { timeout: 60_000 };

let hub: HubServer;
test.beforeAll(async () => {
  hub = await startHub();
  hub.repositories.set(id, { files });
  hub.repositories.set('owner/gated', { files, gated: true });
});
test.afterAll(() => hub.close());
test.beforeEach(() => hub.reset());

async function chooseHub(page: Page): Promise<void> {
  await openApp(page, '?model=fixtures/tiny-text/');
  await page.getByTestId('open-model').click();
  await page.getByText('Another hub').click();
  await page.getByTestId('hub-endpoint').fill(hub.endpoint);
}

async function ask(page: Page, address: string): Promise<void> {
  await page.getByTestId('model-url').fill(address);
  await page.getByTestId('model-url-open').click();
}

const stored = (page: Page, address = id) => page.getByTestId('stored-model').filter({ hasText: address });
const opened = (page: Page, name: string): Promise<void> =>
  expect(page.getByTestId('model-name')).toHaveText(name, ready);
const slowly = (bytesPerSecond: number): void => {
  hub.fault = ({ host }) => (host === 'storage' ? { speed: bytesPerSecond } : null);
};

test('a model is downloaded, writes, opens again without the network, and is deleted', async ({ page }) => {
  await chooseHub(page);
  await ask(page, `${id}@main`);
  await expect(page.getByTestId('download-plan')).toContainText(/^\d+ files, .* are free for this page\./);
  await page.getByTestId('download-start').click();
  await expect(stored(page)).toContainText('Open', ready);
  await page.keyboard.press('Escape');
  await opened(page, id);
  await expect(page.getByTestId('status')).toHaveAttribute('data-model', 'ready', ready);
  await run(page, 'Mia has a red kite.');

  hub.log.length = 0;
  await openApp(page, `?model=${id}`);
  await opened(page, id);
  await page.getByTestId('open-model').click();
  await expect(page.getByTestId('explainable').first()).toHaveText(/^Context you can explain on this device: /);
  await expect(stored(page)).toBeVisible();
  await page.getByText('Opened last').click();
  await expect(page.getByTestId('recent-models').getByRole('listitem').first()).toContainText(id);
  expect(hub.log).toEqual([]);
  await stored(page).getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByTestId('stored-model')).toHaveCount(0);
});

test('a download is paused and resumed with what has arrived, or cancelled with nothing left', async ({ page }) => {
  await chooseHub(page);
  slowly(30_000);
  await ask(page, id);
  await page.getByTestId('download-start').click();
  await expect(page.getByTestId('download-progress')).toHaveText(/ of .* · .*\/s · .* left$/);
  await page.getByTestId('download-pause').click();
  await expect(stored(page)).toContainText('unfinished');
  await stored(page).getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByTestId('download-progress')).toHaveText(/ of .*\/s/);
  await page.getByTestId('download-cancel').click();
  await expect(page.getByTestId('download')).toBeHidden();
  await expect(page.getByTestId('stored-model')).toHaveCount(0);

  await ask(page, id);
  await page.getByTestId('format-int4').check();
  await page.getByTestId('download-start').click();
  await expect(page.getByTestId('download-progress')).toHaveText(/\/s/);
  await page.getByTestId('download-pause').click();
  await expect(stored(page)).toContainText('unfinished');
  hub.reset();
  await stored(page).getByRole('button', { name: 'Resume' }).click();
  await opened(page, id);
  await expect(page.getByTestId('download')).toBeHidden(ready);
  // In the format it was begun for.
  await expect(page.locator('.facts').first()).toContainText('int4');
  await stored(page).getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByTestId('stored-model')).toHaveCount(0);
});

test('what goes wrong is said in the dialog, and forgotten when the model is open', async ({ context }) => {
  const page = await context.newPage();
  await chooseHub(page);
  hub.fault = ({ host, file }) => (host === 'storage' && file?.endsWith('.safetensors') ? { corrupt: 9 } : null);
  await ask(page, id);
  await page.getByTestId('download-start').click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByTestId('error')).toContainText(
    'model.safetensors of owner/tiny-text arrived damaged',
    ready,
  );
  await expect(dialog.getByTestId('error')).toBeInViewport();
  hub.reset();
  await stored(page).getByRole('button', { name: 'Resume' }).click();
  await opened(page, id);
  await expect(stored(page)).toContainText('Open', ready);
  await expect(page.getByTestId('error')).toHaveCount(0);
});

test('a gated model asks for a token', async ({ context }) => {
  // Being refused is what this page is for: its 401 is no fault of the app.
  const page = await context.newPage();
  await chooseHub(page);
  await ask(page, 'owner/gated');
  await page.getByTestId('download-start').or(page.getByTestId('model-token')).first().waitFor();
  if (await page.getByTestId('download-start').isVisible()) await page.getByTestId('download-start').click();
  await page.getByTestId('model-token').fill(hub.token);
  await ask(page, 'owner/gated');
  await page.getByTestId('download-start').click();
  await expect(stored(page, 'owner/gated')).toContainText('Open', ready);
  await opened(page, 'owner/gated');
  const kept = () => page.evaluate(() => JSON.stringify(localStorage));
  expect(await kept()).not.toContain(hub.token);

  // Whatever is asked of that hub in this visit takes the token along.
  await stored(page, 'owner/gated').getByRole('button', { name: 'Delete' }).click();
  slowly(30_000);
  await ask(page, 'owner/gated');
  await page.getByTestId('download-start').click();
  await expect(page.getByTestId('download-progress')).toHaveText(/\/s/, ready);
  await page.getByTestId('download-pause').click();
  hub.reset();
  await stored(page, 'owner/gated').getByRole('button', { name: 'Resume' }).click();
  await expect(stored(page, 'owner/gated')).toContainText('Open', ready);

  // Kept where that is asked for, and forgotten again.
  await page.getByTestId('model-token-kept').check();
  await expect.poll(kept).toContain(hub.token);
  await page.reload();
  await page.getByTestId('open-model').click();
  await expect(page.getByTestId('model-token')).toHaveValue(hub.token);
  await page.getByTestId('model-token-kept').uncheck();
  await expect.poll(kept).not.toContain(hub.token);
});
