// What the end-to-end tests share: pages that are watched for errors, two of them with a model open for all tests (on
// the software adapter compiling shaders takes longer than the tests), and the app's parts by name.
import { expect, test as base, type Locator, type Page } from '@playwright/test';

export const address = `http://localhost:${process.env['E2E_PORT']}/`;

/** What went wrong on any page since the last look. */
const problems: string[] = [];

export function watch(page: Page): Page {
  page.on('console', (message) => {
    // The dialogs of @base-ui/react hide the page a moment before they take the focus.
    const passing = message.text().startsWith('Blocked aria-hidden on an element');
    if (['error', 'warning'].includes(message.type()) && !passing)
      problems.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`page error: ${error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // The app itself hangs up when a server sends its own page in place of a missing file.
    if (reason !== 'net::ERR_ABORTED') problems.push(`request failed: ${request.url()} ${reason}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`status ${response.status()}: ${response.url()}`);
  });
  return page;
}

interface Pages {
  /** tiny-text: a small random model that writes fast and never ends. */
  readonly tiny: Page;
  /** The model that comes with the app. */
  readonly embedded: Page;
}

export const test = base.extend<{ readonly quiet: void }, Pages>({
  page: ({ page }, use) => use(watch(page)),
  tiny: [
    async ({ browser }, use) => {
      const page = watch(await browser.newPage({ baseURL: address, viewport: { width: 1440, height: 900 } }));
      await openApp(page, '?model=fixtures/tiny-text/');
      await set(page, { maxTokens: 6 });
      await use(page);
      await page.close();
    },
    { scope: 'worker' },
  ],
  embedded: [
    async ({ browser }, use) => {
      const page = watch(await browser.newPage({ baseURL: address, viewport: { width: 1440, height: 900 } }));
      await openApp(page, '');
      await use(page);
      await page.close();
    },
    { scope: 'worker' },
  ],
  quiet: [
    async ({ baseURL }, use) => {
      await use();
      expect(problems.splice(0), `no error on any page of ${baseURL}`).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

export async function openApp(page: Page, query: string): Promise<void> {
  await page.goto(`./${query}`);
  await expect(page.getByTestId('status')).toHaveAttribute('data-model', 'ready', { timeout: 60_000 });
}

/** Fields of the popover beside the prompt. */
export async function set(page: Page, values: Readonly<Record<string, number>>): Promise<void> {
  await page.getByTestId('sampling').click();
  for (const [name, value] of Object.entries(values)) await page.getByTestId(`setting-${name}`).fill(String(value));
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('setting-maxTokens')).toBeHidden();
}

export const token = (page: Page, index: number): Locator =>
  page.locator(`[data-testid="token"][data-index="${index}"]`);
export const answer = (page: Page): Locator => page.locator('[data-testid="token"].answer');
export const finished = (page: Page): Promise<void> =>
  expect(page.getByTestId('status')).toHaveText(/ after \d+ tokens?\.$/);

export async function run(page: Page, prompt: string): Promise<void> {
  await page.getByTestId('prompt').fill(prompt);
  await page.getByTestId('run').click();
  await finished(page);
}

/** Waits for the answer to what was last asked. */
export const explained = (page: Page, index: number): Promise<void> =>
  expect(page.locator(`[data-testid="explanation"][data-status="ready"][data-index="${index}"]`)).toBeVisible();

export async function explain(page: Page, index: number): Promise<void> {
  await token(page, index).click();
  await explained(page, index);
}

export async function choose(page: Page, testId: string, label: string): Promise<void> {
  await page.getByTestId(testId).click();
  await page.getByRole('option', { name: label, exact: true }).click();
  await expect(page.getByRole('listbox', { name: 'Prompt and answer, token by token' })).toBeVisible();
}

/** Relevance of every token that has one, in full precision. */
export const relevances = (page: Page): Promise<number[]> =>
  page
    .locator('[data-testid="token"][data-relevance]')
    .evaluateAll((tokens) => tokens.map((token) => Number((token as HTMLElement).dataset['relevance'])));

export async function ledger(page: Page): Promise<Readonly<Record<string, number>>> {
  await page.getByRole('tab', { name: 'Ledger' }).click();
  const cells = page.locator('.ledger-value');
  await expect(cells.first()).toBeVisible();
  const entries = await cells.evaluateAll((found) =>
    found.map(({ dataset }) => [dataset['testid']!.replace('ledger-', ''), Number(dataset['value'])] as const),
  );
  return Object.fromEntries(entries);
}

export const largestOf = (values: readonly number[]): number => Math.max(...values.map(Math.abs));
