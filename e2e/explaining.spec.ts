// Asking a word where it came from, and the numbers that answer.
import type { Page } from '@playwright/test';
import { answer, choose, expect, explain, explained, largestOf, ledger, relevances, run, test, token } from './app.ts';
import { embeddedModel, explainOnCommandLine, fixture } from './command-line.ts';

const prompt = 'Mia has a red kite. What does Mia have?';
/** The first token that is written after it: <s> and eleven words come before. */
const first = 12;

test('colours the text before the clicked token, and nothing after it', async ({ tiny }) => {
  await run(tiny, prompt);
  await explain(tiny, first + 1);
  await expect(tiny.locator('[data-testid="token"][data-relevance]')).toHaveCount(first + 1);
  await expect(token(tiny, first + 1)).toHaveAttribute('aria-selected', 'true');
  const transparent = 'rgba(0, 0, 0, 0)';
  for (const mark of await tiny.locator('.token:is(.supports, .opposes):not(.excluded) .mark').all())
    await expect(mark).not.toHaveCSS('background-color', transparent);
  await expect(token(tiny, first + 2).locator('.mark')).toHaveCSS('background-color', transparent);
  const word = (await token(tiny, first + 1).innerText()).trim();
  await expect(tiny.getByTestId('subject')).toContainText(`${word}” minus the mean logit at position ${first + 1}`);
  await expect(tiny.getByTestId('ranked').first()).toBeInViewport();
});

async function compareWithCommandLine(page: Page, model: string): Promise<void> {
  await run(page, prompt);
  const index = Number(await answer(page).first().getAttribute('data-index'));
  await explain(page, index);
  const shown = await relevances(page);
  const books = await ledger(page);
  const ids = await page.getByTestId('token').evaluateAll((all) => all.map(({ dataset }) => Number(dataset['id'])));
  const expected = explainOnCommandLine(model, ids.slice(0, index), ids[index]!);

  // The same shaders on the same driver; two versions of Dawn may contract sums differently.
  const tolerance = 1e-6;
  const wanted = expected.tokens.map(({ relevance }) => relevance);
  expect(shown).toHaveLength(wanted.length);
  const deviations = shown.map((value, at) => value - wanted[at]!);
  expect(largestOf(deviations)).toBeLessThanOrEqual(tolerance * largestOf(wanted));
  for (const [entry, value] of Object.entries(books))
    expect(Math.abs(value - expected.ledger[entry]!), entry).toBeLessThanOrEqual(
      tolerance * largestOf(Object.values(expected.ledger)),
    );
}

test('shows the numbers of the command line', ({ tiny }) => compareWithCommandLine(tiny, fixture('tiny-text')));

test('shows them for its own model, too', ({ embedded }) => compareWithCommandLine(embedded, embeddedModel));

test('closes its ledger', async ({ tiny }) => {
  await run(tiny, prompt);
  await explain(tiny, first);
  const { score, residue, ...parts } = await ledger(tiny);
  const sum = Object.values(parts).reduce((total, value) => total + value, residue!);
  expect(sum).toBeCloseTo(score!, 9);
  expect(Math.abs(residue!)).toBeLessThanOrEqual(1e-4 * largestOf([score!, ...Object.values(parts)]));
  await expect(tiny.getByTestId('ledger-remark')).toBeHidden();
});

test('explains a candidate that was not written, and the difference of two', async ({ tiny }) => {
  await run(tiny, prompt);
  await explain(tiny, first);
  await choose(tiny, 'scalar', 'Raw logit');
  await expect(tiny.getByTestId('subject')).toContainText('the logit of');
  await explained(tiny, first);
  const written = { score: (await ledger(tiny))['score']!, relevance: await relevances(tiny) };

  const rival = tiny.getByTestId('candidate').nth(1);
  const id = await rival.getAttribute('data-id');
  await rival.click();
  await expect(tiny.getByTestId('explanation')).toHaveAttribute('data-target', id!);
  await explained(tiny, first);
  await expect(rival).toHaveAttribute('aria-pressed', 'true');
  const other = { score: (await ledger(tiny))['score']!, relevance: await relevances(tiny) };
  expect(other.score).toBeLessThan(written.score);

  await tiny.getByTestId('contrast').nth(0).click();
  await expect(tiny.getByTestId('subject')).toContainText('” minus “');
  await tiny.getByTestId('swap').click();
  await expect(tiny.getByTestId('explanation')).not.toHaveAttribute('data-target', id!);
  await explained(tiny, first);
  await expect(tiny.getByTestId('subject')).toContainText('” minus “');
  const difference = (await ledger(tiny))['score']!;
  // A score is linear in the logits, and so is relevance; float32 throughout.
  expect(Math.abs(difference - (written.score - other.score))).toBeLessThanOrEqual(1e-5 * Math.abs(written.score));
  const contrasted = await relevances(tiny);
  contrasted.forEach((value, index) =>
    expect(Math.abs(value - (written.relevance[index]! - other.relevance[index]!))).toBeLessThanOrEqual(
      1e-5 * largestOf(written.relevance),
    ),
  );
  await choose(tiny, 'scalar', 'Centred logit');
});

test('switches between methods; only those that conserve keep a ledger', async ({ tiny }) => {
  await run(tiny, prompt);
  await explain(tiny, first);
  const attnLrp = await relevances(tiny);
  const { score } = await ledger(tiny);
  for (const method of ['CP-LRP', 'Gradient × input']) {
    await choose(tiny, 'method', method);
    await explained(tiny, first);
    expect(await relevances(tiny)).not.toEqual(attnLrp);
    const books = await ledger(tiny);
    expect(books['score']).toBeCloseTo(score!, 4);
    await expect(tiny.getByTestId('ledger-remark')).toBeVisible({ visible: method === 'Gradient × input' });
    expect('residue' in books).toBe(method === 'CP-LRP');
  }
  await choose(tiny, 'method', 'AttnLRP');
  await explained(tiny, first);
  expect(await relevances(tiny)).toEqual(attnLrp);
});

test('shows every layer on one scale, down to the numbers of the text', async ({ tiny }) => {
  await run(tiny, prompt);
  await explain(tiny, first);
  const [values, { score }] = [await relevances(tiny), await ledger(tiny)];
  await tiny.getByRole('tab', { name: 'Layers × tokens' }).click();
  const grid = tiny.getByTestId('layers');
  const cell = async (): Promise<number> => Number(await tiny.getByTestId('layer-cell').getAttribute('data-value'));
  await grid.press('Home');
  await grid.press('PageDown');
  for (const value of values) {
    expect(await cell()).toBe(value);
    await grid.press('ArrowRight');
  }
  // Above the last layer everything stands at the last token: the score, less what the last norm keeps (nothing).
  await grid.press('PageUp');
  expect(await cell()).toBeCloseTo(score!, 4);
  await grid.press('ArrowLeft');
  expect(await cell()).toBe(0);
  await expect(tiny.getByRole('tabpanel')).toContainText('One scale for all layers');
  const painted = await grid.evaluate((canvas: HTMLCanvasElement) =>
    canvas
      .getContext('2d')!
      .getImageData(0, 0, canvas.width, canvas.height)
      .data.some((byte) => byte > 0),
  );
  expect(painted).toBe(true);
});

test('explains every new token while it writes, when asked to', async ({ tiny }) => {
  await tiny.getByTestId('sampling').click();
  await tiny.getByTestId('setting-explainEachToken').click();
  await tiny.keyboard.press('Escape');
  await run(tiny, prompt);
  const last = (await tiny.getByTestId('token').count()) - 1;
  await explained(tiny, last);
  expect(await relevances(tiny)).toHaveLength(last);
  await tiny.getByTestId('sampling').click();
  await tiny.getByTestId('setting-explainEachToken').click();
  await tiny.keyboard.press('Escape');
});
