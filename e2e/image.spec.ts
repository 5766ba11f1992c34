// An image on the page: what the model saw, its classes, the patches that speak for them, and their numbers.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { largestOf, ledger } from './app.ts';
import { explainImageOnCommandLine, fixture } from './command-line.ts';
import { answered, classRow, drop, dropAndWait, expect, given, noise, patches, pixelsOf, png, sightImage, sightModel, test } from './sight.ts'; // prettier-ignore

interface Expected {
  readonly recipe: string;
  readonly target: { readonly id: number; readonly logit: number };
  readonly patches: readonly number[];
}
const { cases } = JSON.parse(readFileSync(join(sightModel, 'expected.json'), 'utf8')) as { cases: Expected[] };

/** Two cosine transforms round differently: one level in ten is one off. A noisy model moves by as much. */
const jpegTolerance = 0.02;

const deviation = (values: readonly number[], wanted: readonly number[]): number =>
  largestOf(values.map((value, at) => value - wanted[at]!)) / largestOf(wanted);

test('explains a dropped image with the numbers of the command line', async ({ sight }) => {
  await expect(sight.getByTestId('mode')).toHaveAttribute('data-value', 'image');
  await dropAndWait(sight, sightImage);
  const wanted = explainImageOnCommandLine(sightModel, sightImage);
  await expect(sight.getByTestId('class')).toHaveCount(5);
  const shown = await sight
    .getByTestId('class')
    .evaluateAll((rows) => rows.map(({ dataset }) => Number(dataset['id'])));
  expect(shown).toEqual(wanted.classes.map(({ id }) => id));
  await expect(sight.getByTestId('class').first()).toContainText(wanted.target.label);
  await expect(sight.getByTestId('subject')).toContainText(`the logit of “${wanted.target.label}”`);

  // The same shaders on the same driver; two versions of Dawn may contract sums differently.
  const values = await patches(sight);
  expect(values).toHaveLength(16);
  expect(deviation(values, wanted.patches)).toBeLessThanOrEqual(1e-6);
  const books = await ledger(sight);
  expect(Object.keys(books).toSorted()).toEqual(Object.keys(wanted.ledger).toSorted());
  for (const [entry, value] of Object.entries(books))
    expect(Math.abs(value - wanted.ledger[entry]!), entry).toBeLessThanOrEqual(1e-6 * wanted.target.score);
  await expect(sight.getByTestId('ledger-remark')).toBeHidden();
  await sight.getByRole('tab', { name: 'Ranking' }).click();
});

test('explains every class by every recipe as the independent implementation does', async ({ sight }) => {
  await dropAndWait(sight, sightImage);
  const labels: Readonly<Record<string, string>> = {
    'cp-lrp-gamma': 'CP-LRP with γ',
    'attnlrp-gamma': 'AttnLRP with γ',
    'cp-lrp-epsilon': 'CP-LRP, ε only',
    'attnlrp-epsilon': 'AttnLRP, ε only',
  };
  for (const { recipe, target, patches: wanted } of cases) {
    await sight.getByTestId('recipe').click();
    await sight.getByRole('option', { name: labels[recipe]!, exact: true }).click();
    await classRow(sight, target.id).click();
    await answered(sight, target.id);
    await expect(sight.getByTestId('recipe')).toHaveAttribute('data-value', recipe);
    expect(deviation(await patches(sight), wanted)).toBeLessThan(recipe.endsWith('gamma') ? 1e-3 : 1e-4);
  }
  await sight.getByTestId('recipe').click();
  await sight.getByRole('option', { name: labels['cp-lrp-gamma']!, exact: true }).click();
  await answered(sight);
});

test('decodes a PNG of odd size, with transparency and a gamma of its own, as the command line does', async ({
  sight,
}, testInfo) => {
  // prettier-ignore
  const plain = png(noise(45, 37));
  // After the header: length, type, gamma 1.0, checksum.
  const gamma = Buffer.from('0000000467414d41000186a031e8965f', 'hex');
  const path = testInfo.outputPath('odd.png');
  writeFileSync(path, Buffer.concat([plain.subarray(0, 33), gamma, plain.subarray(33)]));
  await dropAndWait(sight, path);
  const wanted = explainImageOnCommandLine(sightModel, path);
  await answered(sight, wanted.target.id);
  expect(deviation(await patches(sight), wanted.patches)).toBeLessThanOrEqual(1e-6);
  await expect(sight.getByTestId('original').locator('xpath=..')).toContainText('45 × 37');
  await expect(sight.getByTestId('seen')).toHaveAttribute('data-width', '32');
});

test('shows pixel for pixel what the model saw', async ({ sight }) => {
  await dropAndWait(sight, sightImage);
  const wanted = await sight.evaluate(async (content) => {
    const blob = new Blob([Uint8Array.from(atob(content), (char) => char.charCodeAt(0))]);
    const bitmap = await createImageBitmap(blob);
    const context = new OffscreenCanvas(32, 32).getContext('2d')!;
    context.drawImage(bitmap, 0, 0);
    return [...context.getImageData(0, 0, 32, 32).data];
  }, given(sightImage).content);
  const { width, height, data } = await pixelsOf(sight.getByTestId('seen'));
  const at = (part: number, size: number): number => Math.floor(((part + 0.5) / 32) * size);
  const seen = Array.from({ length: 32 * 32 }, (_, pixel) => {
    const from = 4 * (at(Math.floor(pixel / 32), height) * width + at(pixel % 32, width));
    return data.slice(from, from + 4);
  }).flat();
  expect(seen).toEqual(wanted);
});

test('turns a photograph upright', async ({ sight }, testInfo) => {
  const jpeg = await sight.evaluate(async () => {
    const canvas = new OffscreenCanvas(60, 40);
    const context = canvas.getContext('2d')!;
    context.fillStyle = '#fff';
    context.fillRect(0, 0, 60, 20);
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 });
    return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
  });
  const bytes = Buffer.from(jpeg, 'base64');
  // Exif with one entry: orientation 6, a quarter turn to the right.
  const exif = 'ffe1002445786966000049492a00080000000100120103000100000006000000000000000000';
  const path = testInfo.outputPath('lying.jpg');
  writeFileSync(path, Buffer.concat([bytes.subarray(0, 2), Buffer.from(exif, 'hex'), bytes.subarray(2)]));
  await dropAndWait(sight, path);
  await expect(sight.getByTestId('original').locator('xpath=..')).toContainText('40 × 60');
  const wanted = explainImageOnCommandLine(sightModel, path);
  await answered(sight, wanted.target.id);
  expect(deviation(await patches(sight), wanted.patches)).toBeLessThan(jpegTolerance);
});

test('decodes photographs with halved colours, and a PNG of 16 bits, as the command line does', async ({
  sight,
}, testInfo) => {
  const deep = testInfo.outputPath('deep.png');
  const data = Uint16Array.from(noise(45, 37).data, (level, index) => level * 256 + ((index * 37) % 256));
  writeFileSync(deep, png({ width: 45, height: 37, data, channels: 4, depth: 16 }));
  for (const [path, tolerance] of [
    [fixture('images/halved.jpg'), jpegTolerance],
    [fixture('images/halved-across.jpg'), jpegTolerance],
    [fixture('images/cmyk.jpg'), jpegTolerance],
    [deep, 1e-6],
  ] as const) {
    await dropAndWait(sight, path);
    const wanted = explainImageOnCommandLine(sightModel, path);
    await answered(sight, wanted.target.id);
    expect(deviation(await patches(sight), wanted.patches), path).toBeLessThanOrEqual(tolerance);
  }
});

test('explains another class, the difference of two, and one that is searched for', async ({ sight }) => {
  await dropAndWait(sight, sightImage);
  const [first, second] = [1, 2];
  const alone = [await patches(sight)];
  await classRow(sight, second).click();
  await answered(sight, second);
  await expect(classRow(sight, second)).toHaveAttribute('aria-pressed', 'true');
  alone.push(await patches(sight));
  await classRow(sight, first).click();
  await answered(sight, first);
  await sight.locator(`[data-testid="class-contrast"][data-id="${second}"]`).click();
  await expect(sight.getByTestId('subject')).toContainText('“class-1” minus “class-2”');
  const difference = alone[0]!.map((value, at) => value - alone[1]![at]!);
  expect(deviation(await patches(sight), difference)).toBeLessThan(1e-4);
  await sight.getByTestId('swap').click();
  await expect(sight.getByTestId('subject')).toContainText('“class-2” minus “class-1”');
  expect(deviation(await patches(sight), difference.map((value) => -value))).toBeLessThan(1e-4); // prettier-ignore

  await sight.getByTestId('class-search').fill('class-9');
  await sight.getByTestId('found-class').click();
  await answered(sight, 9);
  await expect(sight.getByTestId('subject')).toContainText('the logit of “class-9”');
  await expect(classRow(sight, 9)).toBeVisible();
});

test('opens a sample with the model that comes with the app, and goes back to the text', async ({ embedded }) => {
  await embedded.getByTestId('sample-image').first().click();
  await answered(embedded);
  await expect(embedded.getByTestId('model-name')).toHaveText('tiny-sight');
  await expect(embedded.getByTestId('patches')).toBeVisible();
  await embedded.getByTestId('mode').getByRole('button', { name: 'Text' }).click();
  await expect(embedded.getByTestId('model-name')).toHaveText('tiny-world');
  await embedded.getByTestId('prompt').fill('Mia has a red kite.');
  await embedded.getByTestId('run').click();
  await expect(embedded.locator('[data-testid="token"].answer').first()).toBeVisible();
  await embedded.getByTestId('mode').getByRole('button', { name: 'Image' }).click();
  await expect(embedded.getByTestId('patches')).toBeVisible();
  await embedded.getByTestId('mode').getByRole('button', { name: 'Text' }).click();
});

test('keeps one image until another is one', async ({ sight }, testInfo) => {
  await dropAndWait(sight, sightImage);
  const before = await patches(sight);
  const other = testInfo.outputPath('other.png');
  writeFileSync(other, png(noise(40, 64, 3)));
  await drop(sight, given(other), given(sightImage));
  await expect(sight.getByTestId('error')).toContainText('One image at a time: other.png was taken, 1 more were not.');
  await expect(sight.getByTestId('status')).toHaveText('other.png is explained.');
  await answered(sight);
  expect(await patches(sight)).not.toEqual(before);
  await sight.getByTestId('error-close').click();
});
