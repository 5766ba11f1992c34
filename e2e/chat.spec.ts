// Conversations: a model with a chat template is talked to in turns, and what its template writes is folded.
import type { Locator, Page } from '@playwright/test';
import { address, answer, expect, explain, explained, finished, openApp, run, set, test as base, token, watch } from './app.ts'; // prettier-ignore
import { nameless, overflowing } from './page-checks.ts';

const test = base.extend<object, { readonly talk: Page }>({
  talk: [
    async ({ browser }, use) => {
      const page = watch(await browser.newPage({ baseURL: address, viewport: { width: 1440, height: 900 } }));
      await openApp(page, '?model=fixtures/tiny-chat/');
      await set(page, { maxTokens: 6 });
      await use(page);
      await page.close();
    },
    { scope: 'worker' },
  ],
});

const runs = (page: Page): Locator => page.getByTestId('template-run');
const writing = (page: Page, name: string): Locator => page.getByTestId('writing').getByRole('button', { name });
const tokens = (page: Page): Locator => page.getByTestId('token');
const rawText = async (page: Page): Promise<string> => (await tokens(page).allTextContents()).join('');
const indexOf = async (locator: Locator): Promise<number> => Number(await locator.getAttribute('data-index'));
const sumOf = (values: readonly (string | undefined)[]): number =>
  values.reduce((sum, value) => sum + Number(value), 0);

async function begin(page: Page): Promise<void> {
  const fresh = page.getByTestId('new-conversation');
  if (await fresh.isVisible()) await fresh.click();
  await run(page, 'What does Mia have?');
}

test('is sent messages, and folds what the template writes around them', async ({ talk }) => {
  await expect(talk.getByTestId('writing')).toHaveAttribute('data-value', 'chat');
  await begin(talk);
  await expect(talk.getByTestId('prompt')).toHaveValue('');
  await expect(runs(talk)).toHaveText(['User', 'Assistant']);
  const said = (await answer(talk).allTextContents()).join('');
  expect(await rawText(talk)).toBe(`What does Mia have?${said}`);

  await talk.getByTestId('show-template').click();
  expect(await rawText(talk)).toBe(`<|im_start|>user\nWhat does Mia have?<|im_end|>\n<|im_start|>assistant\n${said}`);
  await expect(token(talk, 0)).toHaveClass(/\btemplate\b/);
  await talk.getByTestId('show-template').click();
  await expect(token(talk, 0)).toBeHidden();
});

test('goes on with the next message, and reads nothing twice', async ({ talk }) => {
  await begin(talk);
  const known = (await indexOf(tokens(talk).last())) + 1;
  const first = await answer(talk).allTextContents();
  await run(talk, 'And Tom?');
  await expect(runs(talk)).toHaveText(['User', 'Assistant', 'User', 'Assistant']);
  // The last token of the answer before had been chosen, but not read.
  await expect(talk.getByTestId('prefill-pace')).toHaveAttribute('data-reused', String(known - 1));
  await expect(answer(talk)).toHaveCount(12);
  expect((await answer(talk).allTextContents()).slice(0, 6)).toEqual(first);
});

test('explains words of any turn, with the relevance of the template in its folded runs', async ({ talk }) => {
  await begin(talk);
  await run(talk, 'And Tom?');
  await explain(talk, await indexOf(answer(talk).nth(9)));
  await expect(runs(talk).nth(3)).toContainText(/Assistanttemplate [+−][\d.]+/);
  const folded = Number(await runs(talk).nth(1).getAttribute('data-sum'));
  const first = Number(await runs(talk).nth(1).getAttribute('data-first'));
  const count = Number(await runs(talk).nth(1).getAttribute('data-count'));
  await runs(talk).nth(1).click();
  const inside = Array.from({ length: count }, (_, offset) => token(talk, first + offset));
  const relevances = await Promise.all(inside.map((one) => one.evaluate(({ dataset }) => dataset['relevance'])));
  expect(sumOf(relevances)).toBeCloseTo(folded, 9);

  // Back with the keyboard: the name keeps the focus.
  await runs(talk).nth(1).focus();
  await expect(runs(talk).nth(1)).toHaveAccessibleName(/^Assistant, template of \d+ tokens, unfolded, relevance/);
  await talk.keyboard.press('Enter');
  await expect(inside[0]!).toBeHidden();
  await expect(runs(talk).nth(1)).toBeFocused();
  await talk.keyboard.press('t');
  await expect(token(talk, 0)).toHaveText('<|im_start|>');
  // Hidden special tokens take neither the names nor the sums with them.
  await talk.keyboard.press('s');
  await talk.keyboard.press('s');
  await expect(token(talk, 0)).toBeHidden();
  await expect(token(talk, 1)).toBeVisible();
  await talk.keyboard.press('t');
  await expect(runs(talk)).toHaveCount(4);
  expect(Number(await runs(talk).nth(1).getAttribute('data-sum'))).toBe(folded);
  await talk.keyboard.press('s');

  const early = await indexOf(answer(talk).nth(2));
  await explain(talk, early);
  await expect(talk.getByTestId('subject')).toContainText(`position ${early}`);
  await talk.getByRole('tab', { name: 'Ledger' }).click();
  const residue = await talk.getByTestId('ledger-residue').getAttribute('data-value');
  expect(Math.abs(Number(residue))).toBeLessThan(1e-4);
  await talk.getByRole('tab', { name: 'Ranking' }).click();
});

test('takes the last message back to be edited', async ({ talk }) => {
  await begin(talk);
  const before = await rawText(talk);
  await run(talk, 'And Tom?');
  await talk.getByTestId('take-back').click();
  await expect(talk.getByTestId('prompt')).toHaveValue('And Tom?');
  expect(await rawText(talk)).toBe(before);
  await talk.getByTestId('prompt').press('Enter');
  await finished(talk);
  await expect(answer(talk)).toHaveCount(12);
});

test('puts a system prompt before the conversation', async ({ talk }) => {
  await talk.getByTestId('sampling').click();
  await talk.getByTestId('system-prompt').fill('Be kind.');
  await talk.keyboard.press('Escape');
  await begin(talk);
  await expect(runs(talk)).toHaveText(['System', 'User', 'Assistant']);
  await expect(talk.getByRole('listbox')).toContainText('Be kind.');
  await talk.getByTestId('sampling').click();
  await talk.getByTestId('system-prompt').fill('');
  await talk.keyboard.press('Escape');
});

test('continues texts instead when asked to, and comes back', async ({ talk }) => {
  await begin(talk);
  await writing(talk, 'Completion').click();
  await expect(runs(talk)).toHaveCount(2);
  await run(talk, 'Mia has a red kite.');
  await expect(runs(talk)).toHaveCount(0);
  await expect(talk.getByTestId('prompt')).toHaveValue('Mia has a red kite.');
  await explain(talk, await indexOf(answer(talk).first()));
  await writing(talk, 'Chat').click();
  await run(talk, 'What does Tom have?');
  await expect(runs(talk)).toHaveCount(2);
  await talk.getByTestId('new-conversation').click();
  await expect(tokens(talk)).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const)
  test(`fits 390 pixels, ${colorScheme}`, async ({ talk }) => {
    await talk.emulateMedia({ colorScheme });
    await begin(talk);
    await run(talk, 'And Tom?');
    await explained(talk, await clickAnswer(talk, 8));
    await talk.setViewportSize({ width: 390, height: 800 });
    for (const shown of [false, true]) {
      expect(await overflowing(talk), shown ? 'unfolded' : 'folded').toEqual([]);
      expect(await nameless(talk), shown ? 'unfolded' : 'folded').toEqual([]);
      await talk.getByTestId('show-template').click();
    }
    await talk.emulateMedia({ colorScheme: 'light' });
    await talk.setViewportSize({ width: 1440, height: 900 });
  });

async function clickAnswer(page: Page, nth: number): Promise<number> {
  await answer(page).nth(nth).click();
  return indexOf(answer(page).nth(nth));
}

test('says why a model cannot chat, and continues texts all the same', async ({ page }) => {
  await page.route('**/fixtures/tiny-chat/tokenizer_config.json', (route) =>
    route.fulfill({ json: { chat_template: '{% for message in messages %}' } }),
  );
  await openApp(page, '?model=fixtures/tiny-chat/');
  await expect(page.getByTestId('chat-problem')).toContainText(
    /^This model cannot chat\. The chat template in tokenizer_config\.json cannot be read: .* Continue a text instead/,
  );
  await expect(page.getByTestId('writing')).toBeHidden();
  await set(page, { maxTokens: 3 });
  await run(page, 'Mia has');
  await expect(answer(page)).toHaveCount(3);
});
