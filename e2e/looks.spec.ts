// Light and dark, wide and narrow: nothing sticks out, and every control has a name.
import { expect, explain, run, test } from './app.ts';
import { nameless, overflowing } from './page-checks.ts';

for (const colorScheme of ['light', 'dark'] as const)
  for (const width of [1280, 400])
    test(`fits ${width} pixels, ${colorScheme}`, async ({ tiny }) => {
      await tiny.emulateMedia({ colorScheme });
      await tiny.setViewportSize({ width, height: 800 });
      await run(tiny, 'Mia has a red kite. Tom has a blue boat. What does Mia have?');
      await explain(tiny, 18);
      const background = await tiny.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(background).toBe(colorScheme === 'light' ? 'rgb(252, 252, 251)' : 'rgb(22, 22, 23)');
      for (const view of ['Ranking', 'Layers × tokens', 'Ledger']) {
        await tiny.getByRole('tab', { name: view }).click();
        expect(await overflowing(tiny), view).toEqual([]);
        expect(await nameless(tiny), view).toEqual([]);
      }
      for (const opener of ['open-model', 'help', 'sampling', 'display']) {
        await tiny.getByTestId(opener).click();
        await expect(tiny.locator('[role=dialog][data-open]')).toBeVisible();
        expect(await overflowing(tiny), opener).toEqual([]);
        expect(await nameless(tiny), opener).toEqual([]);
        await tiny.keyboard.press('Escape');
        await expect(tiny.locator('[role=dialog][data-open]')).toBeHidden();
      }
      await tiny.emulateMedia({ colorScheme: 'light' });
      await tiny.setViewportSize({ width: 1440, height: 900 });
    });

test('keeps the chosen theme', async ({ page }) => {
  await page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'gpu'));
  await page.goto('./');
  await page.getByTestId('theme').click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});
