// Opening the app and letting it write.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answer, expect, explain, finished, largestOf, openApp, relevances, run, set, test, token } from './app.ts';

test('opens on its own model and writes token by token', async ({ embedded }) => {
  await expect(embedded.getByTestId('model-name')).toHaveText('tiny-world');
  await expect(embedded.getByTestId('adapter')).toHaveText(/swiftshader/i);
  await expect(embedded.getByTestId('software-notice')).toBeVisible();
  await set(embedded, { maxTokens: 16 });
  await embedded.evaluate(() => {
    const counts = ((window as { counts?: number[] }).counts = [0]);
    const count = (): number => document.querySelectorAll('[data-testid="token"].answer').length;
    new MutationObserver(() => counts.at(-1) !== count() && counts.push(count())).observe(document.body, {
      subtree: true,
      childList: true,
    });
  });
  const prompt = 'Once upon a time';
  await embedded.getByTestId('prompt').fill('');
  await embedded.getByTestId('prompt').pressSequentially(prompt);
  await embedded.keyboard.press('Enter');
  await finished(embedded);
  const seen = await embedded.evaluate(() => (window as { counts?: number[] }).counts!);
  expect(new Set(seen).size, 'the text grows while it is written').toBeGreaterThan(4);
  await expect(embedded.getByRole('listbox')).toContainText(prompt);
  await expect(embedded.getByTestId('decode-pace')).toHaveText(/\d/);
  await expect(embedded.getByTestId('prefill-pace')).toHaveText(/\d/);
});

test('finds every file of its own model', async ({ embedded }) => {
  const answers = await embedded.evaluate(async () => {
    const names = ['config', 'generation_config', 'tokenizer', 'tokenizer_config', 'special_tokens_map'];
    const types = names.map(async (name) =>
      (await fetch(`models/tiny-world/${name}.json`)).headers.get('content-type'),
    );
    return Promise.all(types);
  });
  expect(answers, 'JSON, not the page a server sends for what is missing').toEqual(
    answers.map(() => expect.stringContaining('application/json')),
  );
});

test('runs each of the suggested prompts', async ({ embedded }) => {
  await set(embedded, { maxTokens: 12 });
  const samples = embedded.getByTestId('sample');
  await expect(samples).toHaveCount(3);
  for (const sample of await samples.all()) {
    const prompt = await sample.innerText();
    await sample.click();
    await finished(embedded);
    await expect(embedded.getByTestId('prompt')).toHaveValue(prompt);
    await expect(embedded.getByRole('listbox')).toContainText(prompt);
    await expect(answer(embedded).first()).toBeVisible();
  }
});

test('answers from the text it was given', async ({ embedded }) => {
  await set(embedded, { maxTokens: 12 });
  await run(embedded, 'Mia has a red kite. Tom has a blue boat. What does Mia have?');
  expect((await answer(embedded).allTextContents()).join('')).toContain('kite');
});

test('stands by the example of its first screen', async ({ embedded }) => {
  const file = join(import.meta.dirname, '../src/ui/example.json');
  const example = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly promptLength: number;
    readonly target: string;
    readonly tokens: readonly { readonly text: string; readonly relevance: number }[];
  };
  await set(embedded, { maxTokens: 12 });
  await run(embedded, example.tokens.slice(0, example.promptLength).map(({ text }) => text).join('')); // prettier-ignore
  // <s> comes before the words of the example.
  const index = example.tokens.length + 1;
  await explain(embedded, index);
  expect(await token(embedded, index).textContent()).toBe(example.target);
  const values = (await relevances(embedded)).slice(1);
  const wanted = example.tokens.map(({ relevance }) => relevance);
  const deviations = values.map((value, at) => value - wanted[at]!);
  // Three digits are kept.
  expect(largestOf(deviations), 'after a change of the model: node e2e/screenshots.mjs').toBeLessThanOrEqual(
    0.01 * largestOf(wanted),
  );
});

test('stops when told to and keeps what it wrote', async ({ tiny }) => {
  await set(tiny, { maxTokens: 400 });
  await tiny.getByTestId('prompt').fill('Mia has a red kite.');
  // By the page itself: until a click arrives from outside, a busy machine may have written all 400.
  await tiny.evaluate(() => {
    const watcher = new MutationObserver(() => {
      if (document.querySelectorAll('[data-testid="token"].answer').length < 4) return;
      watcher.disconnect();
      document.querySelector<HTMLElement>('[data-testid="stop"]')!.click();
    });
    watcher.observe(document.body, { subtree: true, childList: true });
  });
  await tiny.getByTestId('run').click();
  await expect(tiny.getByTestId('run')).toBeVisible();
  await expect(tiny.getByTestId('status')).toHaveText(/^Stopped after \d+ tokens\.$/);
  const written = await answer(tiny).count();
  expect(written).toBeGreaterThan(3);
  expect(written).toBeLessThan(400);
  await tiny.waitForTimeout(300);
  expect(await answer(tiny).count()).toBe(written);
  await set(tiny, { maxTokens: 6 });
});

test('draws the same text from the same seed', async ({ tiny }) => {
  await set(tiny, { temperature: 2, seed: 7 });
  const texts: string[] = [];
  for (const seed of [7, 7, 8]) {
    await set(tiny, { seed });
    await run(tiny, 'Tom has a blue boat.');
    texts.push((await answer(tiny).allTextContents()).join(''));
  }
  expect(texts[1]).toBe(texts[0]);
  expect(texts[2]).not.toBe(texts[0]);
  await set(tiny, { temperature: 0, seed: 0 });
});

test('marks the text as outdated once the prompt is edited', async ({ tiny }) => {
  await run(tiny, 'Tom has a ball.');
  await tiny.getByTestId('prompt').press('End');
  await tiny.getByTestId('prompt').pressSequentially('?');
  await tiny.getByTestId('outdated').getByRole('button', { name: 'Run again' }).click();
  await finished(tiny);
  await expect(tiny.getByRole('listbox')).toContainText('Tom has a ball.?');
});

test('remarks upon a prompt that ends with a space, and repairs it', async ({ tiny }) => {
  await run(tiny, 'Tom has a ');
  await tiny.getByTestId('lint').getByRole('button').click();
  await finished(tiny);
  await expect(tiny.getByTestId('prompt')).toHaveValue('Tom has a');
  await expect(tiny.getByTestId('lint')).toBeHidden();
});

test('takes token ids where a model has no tokenizer', async ({ page }) => {
  await openApp(page, '?model=fixtures/llama/');
  await set(page, { maxTokens: 3 });
  await run(page, '1 20 300');
  await expect(token(page, 2)).toHaveAttribute('data-id', '300');
  await expect(answer(page)).toHaveCount(3);
  await page.getByTestId('prompt').fill('1 20 kite');
  await page.getByTestId('run').click();
  await expect(page.getByTestId('error')).toContainText('"kite" is none');
});
