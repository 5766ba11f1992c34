// How relevance is drawn, and what can be taken from the page.
import { choose, expect, explain, relevances, run, test, token } from './app.ts';

const prompt = 'Mia has a red kite. What does Mia have?';
const first = 12;

test('keeps the colour scale when it is locked', async ({ tiny }) => {
  await run(tiny, prompt);
  await explain(tiny, first);
  const scale = await tiny.getByTestId('legend').getAttribute('data-scale');
  await tiny.getByTestId('display').click();
  await tiny.getByTestId('lock-scale').click();
  await tiny.keyboard.press('Escape');
  await explain(tiny, first + 1);
  await expect(tiny.getByTestId('legend')).toHaveAttribute('data-scale', scale!);
  await expect(tiny.getByTestId('legend')).toContainText('(locked)');
  await token(tiny, first + 1).press('l');
  await expect(tiny.getByTestId('legend')).not.toHaveAttribute('data-scale', scale!);
});

test('leaves special tokens out of the scale, shows them in it, or hides them', async ({ tiny }) => {
  await run(tiny, prompt);
  await explain(tiny, first);
  const policy = async (label: string): Promise<void> => {
    await tiny.getByTestId('display').click();
    await choose(tiny, 'special-tokens', label);
    await tiny.keyboard.press('Escape');
  };
  await expect(token(tiny, 0)).toHaveClass(/excluded/);
  await expect(tiny.getByTestId('legend')).toContainText(/left out of the scale, (it carries|they carry)/);
  await policy('In scale');
  await expect(token(tiny, 0)).not.toHaveClass(/excluded/);
  await policy('Hidden');
  await expect(token(tiny, 0)).toHaveCount(0);
  await policy('Out of scale');
  await expect(token(tiny, 0)).toHaveClass(/excluded/);
});

test('draws without colour', async ({ tiny }) => {
  await run(tiny, prompt);
  await explain(tiny, first);
  const [negative, positive] = [
    tiny.locator('.token.opposes:not(.excluded) .mark').last(),
    tiny.locator('.token.supports:not(.excluded) .mark').last(),
  ];
  await expect(positive).not.toHaveCSS('background-color', 'rgba(0, 0, 0, 0)');
  const toggle = async (): Promise<void> => {
    await tiny.getByTestId('display').click();
    await tiny.getByTestId('underline-only').click();
    await tiny.keyboard.press('Escape');
  };
  await toggle();
  for (const mark of [negative, positive]) await expect(mark).toHaveCSS('background-color', 'rgba(0, 0, 0, 0)');
  await expect(positive).toHaveCSS('text-decoration-style', 'solid');
  await expect(negative).toHaveCSS('text-decoration-style', 'dashed');
  await toggle();
});

test('ranks the tokens and copies a number with what it means', async ({ tiny }) => {
  await tiny.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await run(tiny, prompt);
  await explain(tiny, first);
  await tiny.getByRole('tab', { name: 'Ranking' }).click();
  const strongest = tiny.getByTestId('ranked').first();
  const index = Number(await strongest.getAttribute('data-index'));
  const values = await relevances(tiny);
  expect(values[index]).toBe(Math.max(...values));
  await strongest.hover();
  await expect(token(tiny, index)).toHaveClass(/pointed/);
  await strongest.getByRole('button').click();
  await expect(strongest.getByRole('status')).toHaveText('copied');
  const copied = await tiny.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain(`${values[index]} logits: relevance of`);
  expect(copied).toMatch(/explaining “.+” minus the mean logit at position 12, AttnLRP, tiny-text$/);
});

test('shows five candidates and the rest on demand', async ({ tiny }) => {
  await run(tiny, prompt);
  await explain(tiny, first);
  await expect(tiny.getByTestId('candidate')).toHaveCount(5);
  await tiny.getByTestId('more-candidates').click();
  await expect(tiny.getByTestId('candidate')).toHaveCount(10);
  await tiny.getByTestId('more-candidates').click();
  await expect(tiny.getByTestId('candidate')).toHaveCount(5);
});

test('tells of a token under the pointer and leaves the explanation alone', async ({ tiny }) => {
  await run(tiny, prompt);
  await explain(tiny, first);
  await token(tiny, 3).hover();
  await expect(tiny.locator('.card')).toContainText(/rank \d+ of 12.*position 3/s);
  await expect(tiny.getByTestId('explanation')).toHaveAttribute('data-index', String(first));
  await tiny.mouse.move(0, 0);
  await expect(tiny.locator('.card')).toBeHidden();
});
