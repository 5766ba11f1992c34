// How the relevance of an image is drawn and walked over; the maps by γ; light and dark, wide and narrow.
import type { Page } from '@playwright/test';
import { nameless, overflowing } from './page-checks.ts';
import { answered, dropAndWait, expect, patches, sightImage, test } from './sight.ts';

/** What is on the canvas under the keys, as a number that differs where pictures do, and the part that is not empty. */
const painted = (page: Page): Promise<{ readonly hash: number; readonly filled: number }> =>
  page.locator('.patches-canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { width, height } = canvas;
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    let [hash, filled] = [0, 0];
    for (let at = 0; at < data.length; at++) {
      hash = (Math.imul(hash, 31) + data[at]!) | 0;
      if (at % 4 === 3 && data[at]! > 0) filled += 1;
    }
    return { hash, filled: filled / (width * height) };
  });

async function change(page: Page, action: () => Promise<unknown>): Promise<void> {
  const { hash } = await painted(page);
  await action();
  await expect.poll(async () => (await painted(page)).hash).not.toBe(hash);
}

test('draws overlay, map and masked picture, grid lines, smooth, and without colour', async ({ sight }) => {
  await dropAndWait(sight, sightImage);
  await sight.mouse.move(0, 0);
  await sight.getByTestId('status').click();
  const mode = (name: string) => sight.getByTestId('picture-mode').getByRole('button', { name }).click();
  await change(sight, () => mode('Map'));
  await change(sight, () => mode('Masked'));
  // The top quarter of 16 patches.
  expect((await painted(sight)).filled).toBeCloseTo(0.25, 1);
  const kept = sight.getByRole('slider');
  await change(sight, () => kept.press('End'));
  await change(sight, () => kept.press('Home'));
  await change(sight, () => mode('Overlay'));
  await change(sight, () => sight.getByRole('slider').press('Home'));
  await change(sight, () => sight.getByRole('slider').press('End'));
  for (const name of ['grid-lines', 'smooth']) {
    await change(sight, () => sight.getByTestId(name).click());
    await change(sight, () => sight.getByTestId(name).click());
  }
  await sight.getByTestId('display').click();
  await change(sight, () => sight.getByTestId('signs-only').click());
  await change(sight, () => sight.getByTestId('signs-only').click());
  await sight.keyboard.press('Escape');
});

test('tells of the patch under the pointer', async ({ sight }) => {
  await dropAndWait(sight, sightImage);
  const box = (await sight.getByTestId('patches').boundingBox())!;
  // The second row, the third column of four.
  await sight.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.4);
  await expect(sight.getByTestId('patch')).toHaveAttribute('data-patch', '6');
  await expect(sight.locator('.card')).toContainText(/Row 2, column 3.*logits.*rank \d+ of 16/s);
  await sight.mouse.move(0, 0);
  await expect(sight.locator('.card')).toBeHidden();
  await sight.getByRole('tab', { name: 'Ranking' }).click();
  await change(sight, () => sight.getByTestId('ranked').first().hover());
});

test('is walked over and steered with the keyboard alone', async ({ sight }) => {
  await dropAndWait(sight, sightImage);
  const grid = sight.getByTestId('patches');
  const values = await patches(sight);
  expect(new Set(values).size).toBe(16);
  await expect(grid).toBeFocused();
  const cell = grid.getByRole('gridcell');
  await expect(cell).toHaveAccessibleName(
    /^row 4, column 4, relevance (plus|minus) [\d.]+, [\d.]+ % of all, rank \d+ of 16$/,
  );
  await expect(grid).toHaveAttribute('aria-activedescendant', (await cell.getAttribute('id'))!);
  await sight.keyboard.press('ArrowLeft');
  await sight.keyboard.press('PageUp');
  await expect(cell).toHaveAccessibleName(/^row 1, column 3/);

  const panel = sight.getByTestId('explanation');
  await sight.keyboard.press('c');
  await expect(panel).toHaveAttribute('data-contrast', '2');
  await sight.keyboard.press('x');
  await answered(sight, 2);
  await sight.keyboard.press('x');
  await sight.keyboard.press('c');
  await answered(sight, 1);
  await sight.keyboard.press('m');
  await expect(sight.getByTestId('picture-mode')).toHaveAttribute('data-value', 'map');
  await sight.keyboard.press('m');
  await sight.keyboard.press('m');
  await sight.keyboard.press('4');
  await expect(sight.getByTestId('recipe')).toHaveAttribute('data-value', 'attnlrp-epsilon');
  await sight.keyboard.press('1');
  await answered(sight);
  await sight.keyboard.press('?');
  await expect(sight.getByRole('dialog')).toContainText('Keys while the picture has the focus');
  await sight.keyboard.press('Escape');
});

test('fills in one map for each γ, and takes the one that is clicked', async ({ sight }) => {
  await dropAndWait(sight, sightImage);
  await sight.getByRole('tab', { name: 'γ' }).click();
  const maps = sight.getByTestId('gamma-map');
  const filled = sight.locator('[data-testid="gamma-map"][data-filled="true"]');
  await expect(maps).toHaveCount(15);
  await expect(sight.locator('.gamma-axis')).toHaveText(['γ of the MLP →', /patches ↓/]);
  await sight.getByTestId('fill-gamma').click();
  await expect(filled).toHaveCount(15);
  await expect(maps.nth(7)).toHaveAttribute('aria-pressed', 'true');
  const own = await patches(sight);
  await maps.nth(14).click();
  await expect(sight.getByTestId('gamma-mlp')).toHaveValue('1');
  await expect(sight.getByTestId('gamma-patches')).toHaveValue('100');
  await answered(sight);
  expect(await patches(sight)).not.toEqual(own);
  await sight.getByTestId('gamma-head').fill('0.5');
  await expect(sight.locator('.gamma-grid')).toHaveClass(/outdated/);
  await sight.getByTestId('reset-gamma').click();
  await expect(sight.getByTestId('gamma-mlp')).toHaveValue('0.05');
  await answered(sight);
  expect(await patches(sight)).toEqual(own);
  await sight.getByRole('tab', { name: 'Ranking' }).click();
});

test('shows heat and classes at first sight on a phone, and nothing moves while another image is explained', async ({
  sight,
}) => {
  await sight.setViewportSize({ width: 390, height: 844 });
  await dropAndWait(sight, sightImage);
  await sight.evaluate(() => scrollTo(0, 0));
  for (const part of [sight.getByTestId('patches'), ...(await sight.getByTestId('class').all())])
    await expect(part).toBeInViewport({ ratio: 1 });
  await sight.evaluate(() => {
    const page = window as { moved?: number };
    page.moved = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) page.moved! += (entry as PerformanceEntry & { value: number }).value;
    }).observe({ type: 'layout-shift' });
  });
  await dropAndWait(sight, sightImage);
  // Below a hundredth of the page, where 0.1 counts as good.
  expect(await sight.evaluate(() => (window as { moved?: number }).moved)).toBeLessThan(0.01);
  await sight.setViewportSize({ width: 1440, height: 900 });
});

for (const colorScheme of ['light', 'dark'] as const)
  for (const width of [1440, 390])
    test(`fits ${width} pixels, ${colorScheme}`, async ({ sight }) => {
      await sight.emulateMedia({ colorScheme });
      await sight.setViewportSize({ width, height: 800 });
      await dropAndWait(sight, sightImage);
      for (const view of ['Ranking', 'γ', 'Ledger']) {
        await sight.getByRole('tab', { name: view, exact: true }).click();
        expect(await overflowing(sight), view).toEqual([]);
        expect(await nameless(sight), view).toEqual([]);
      }
      await sight.getByTestId('display').click();
      await expect(sight.locator('[role=dialog][data-open]')).toBeVisible();
      expect(await overflowing(sight)).toEqual([]);
      expect(await nameless(sight)).toEqual([]);
      await sight.keyboard.press('Escape');
      await sight.getByRole('tab', { name: 'Ranking' }).click();
      await sight.emulateMedia({ colorScheme: 'light' });
      await sight.setViewportSize({ width: 1440, height: 900 });
    });
