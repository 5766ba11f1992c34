// Opening other models: from a folder, by dropping, from an address; and what happens when one is broken.
import { cpSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, explain, run, test } from './app.ts';
import { fixture } from './command-line.ts';

const opened = (page: Page, name: string): Promise<void> =>
  expect(page.locator('[data-testid="status"][data-model="ready"]')).toHaveText(`${name} is ready.`);

async function chooseFolder(page: Page, folder: string): Promise<void> {
  await page.getByTestId('open-model').click();
  await page.getByTestId('model-folder').setInputFiles(folder);
}

/** A copy of tiny-text in a folder of that name. */
function copyOf(path: string): string {
  mkdirSync(path, { recursive: true });
  cpSync(fixture('tiny-text'), path, { recursive: true });
  return path;
}

test('opens a folder of this computer', async ({ tiny }, testInfo) => {
  await chooseFolder(tiny, copyOf(testInfo.outputPath('my-model')));
  await opened(tiny, 'my-model');
  await expect(tiny.getByTestId('model-name')).toHaveText('my-model');
  await run(tiny, 'Mia has');
  await explain(tiny, 3);
});

test('opens a folder that is dropped onto the page', async ({ tiny }, testInfo) => {
  const path = copyOf(testInfo.outputPath('dropped-model'));
  const session = await tiny.context().newCDPSession(tiny);
  const drag = (type: 'dragEnter' | 'dragOver' | 'drop') =>
    session.send('Input.dispatchDragEvent', {
      type,
      x: 300,
      y: 300,
      data: { items: [], files: [path], dragOperationsMask: 1 },
    });
  await drag('dragEnter');
  await drag('dragOver');
  await expect(tiny.getByText('Drop an image to explain it, or a model folder to open it')).toBeVisible();
  await drag('drop');
  await opened(tiny, 'dropped-model');
  await expect(tiny.getByText('Drop an image to explain it, or a model folder to open it')).toBeHidden();
});

test('opens single files that are dropped', async ({ tiny }) => {
  const files = ['config.json', 'tokenizer.json', 'model.safetensors'].map((name) => ({
    name,
    content: readFileSync(join(fixture('tiny-text'), name)).toString('base64'),
  }));
  await tiny.evaluate((given) => {
    const dataTransfer = new DataTransfer();
    for (const { name, content } of given)
      dataTransfer.items.add(new File([Uint8Array.from(atob(content), (char) => char.charCodeAt(0))], name));
    document.querySelector('.page')!.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }));
  }, files);
  await opened(tiny, 'local files');
});

test('opens an address', async ({ tiny }) => {
  await tiny.getByTestId('open-model').click();
  await tiny.getByTestId('model-url').fill('nowhere:');
  await tiny.getByTestId('model-url-open').click();
  await expect(tiny.getByRole('dialog').getByRole('alert')).toContainText('http');
  await tiny.getByTestId('model-url').fill('./fixtures/tiny-text');
  await tiny.getByTestId('model-url-open').click();
  await opened(tiny, 'tiny-text');
  await expect(tiny.getByRole('dialog')).toBeHidden();
});

const broken: readonly {
  readonly what: string;
  readonly error: string;
  readonly sentence: RegExp;
  damage(folder: string): void;
}[] = [
  {
    what: 'weights that end too early',
    error: 'FormatError',
    sentence: /model\.safetensors/,
    damage: (folder) => truncateSync(join(folder, 'model.safetensors'), 60_000),
  },
  {
    what: 'a text in place of the weights',
    error: 'FormatError',
    sentence: /model\.safetensors/,
    damage: (folder) =>
      writeFileSync(join(folder, 'model.safetensors'), 'version https://git-lfs.github.com/spec/v1\n'),
  },
  {
    what: 'an architecture that is not supported',
    error: 'UnsupportedError',
    sentence: /GPT2LMHeadModel/,
    damage: (folder) =>
      writeFileSync(join(folder, 'config.json'), '{"architectures": ["GPT2LMHeadModel"], "model_type": "gpt2"}'),
  },
  {
    what: 'a tokenizer that is no JSON',
    error: 'TokenizerError',
    sentence: /tokenizer\.json/,
    damage: (folder) => writeFileSync(join(folder, 'tokenizer.json'), '{"model": '),
  },
];

for (const { what, error, sentence, damage } of broken) {
  test(`names ${what} and goes on with the model before`, async ({ tiny }, testInfo) => {
    const name = await tiny.getByTestId('model-name').innerText();
    await run(tiny, 'Mia has a red kite.');
    const folder = copyOf(testInfo.outputPath('broken'));
    damage(folder);
    await chooseFolder(tiny, folder);
    const alert = tiny.getByRole('alert').and(tiny.getByTestId('error'));
    await expect(alert).toHaveAttribute('data-name', error);
    await expect(alert).toContainText(sentence);
    await expect(tiny.getByTestId('model-name')).toHaveText(name);
    await explain(tiny, 4);
    await tiny.getByTestId('error-close').click();
    await expect(alert).toBeHidden();
    await run(tiny, 'Tom has');
  });
}
