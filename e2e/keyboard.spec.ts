// The whole way from prompt to explanation without a pointer.
import type { Page } from '@playwright/test';
import { expect, explained, finished, test, token } from './app.ts';

const first = 12;

/** Presses Tab until a token has the focus. */
async function tabToText(page: Page, key: 'Tab' | 'Shift+Tab'): Promise<void> {
  const onToken = (): Promise<boolean> => page.evaluate(() => document.activeElement?.matches('.token') ?? false);
  for (let steps = 0; steps < 20 && !(await onToken()); steps += 1) await page.keyboard.press(key);
  expect(await onToken()).toBe(true);
}

test('is used with the keyboard alone', async ({ tiny }) => {
  const { keyboard } = tiny;
  await tiny.getByTestId('prompt').focus();
  await keyboard.press('Control+a');
  await keyboard.type('Mia has a red kite. What does Mia have?');
  await keyboard.press('Enter');
  await finished(tiny);

  await tabToText(tiny, 'Shift+Tab');
  await keyboard.press('End');
  await keyboard.press('ArrowLeft');
  await keyboard.press('Home');
  await expect(token(tiny, 0)).toBeFocused();
  for (let step = 0; step < first; step += 1) await keyboard.press('ArrowRight');
  await expect(token(tiny, first)).toBeFocused();
  await keyboard.press('Enter');
  await explained(tiny, first);
  await expect(token(tiny, first)).toHaveAccessibleName(/, explained$/);
  await expect(token(tiny, 2)).toHaveAccessibleName(/^“ has”, token 2, relevance (plus|minus) [\d.]+, rank \d+ of 12$/);

  await keyboard.press('Control+ArrowRight');
  await explained(tiny, first + 1);
  await expect(token(tiny, first + 1)).toBeFocused();
  await keyboard.press('Control+ArrowLeft');
  await explained(tiny, first);

  const target = tiny.getByTestId('explanation');
  const written = await target.getAttribute('data-target');
  await keyboard.press('c');
  await expect(tiny.getByTestId('subject')).toContainText('” minus “');
  await keyboard.press('x');
  await expect(target).not.toHaveAttribute('data-target', written!);
  await keyboard.press('x');
  await expect(target).toHaveAttribute('data-target', written!);
  await keyboard.press('c');
  await expect(tiny.getByTestId('subject')).toContainText('the mean logit');

  await keyboard.press('3');
  await expect(tiny.getByTestId('method')).toHaveAttribute('data-value', 'gradient-x-input');
  await keyboard.press('1');
  await expect(tiny.getByTestId('method')).toHaveAttribute('data-value', 'attnlrp');

  await keyboard.press('?');
  await expect(tiny.getByRole('dialog')).toContainText('How to read this page');
  await keyboard.press('Escape');
  await expect(tiny.getByRole('dialog')).toBeHidden();
  await tabToText(tiny, 'Tab');
  await keyboard.press('Escape');
  await expect(target).toHaveAttribute('data-status', 'idle');
  await expect(tiny.locator('[data-relevance]')).toHaveCount(0);
});

test('says why the first token has no explanation', async ({ tiny }) => {
  await token(tiny, 0).focus();
  await tiny.keyboard.press('Enter');
  await expect(tiny.getByTestId('subject')).toContainText('nothing before it');
  await tiny.keyboard.press('Escape');
});
