// Ways to give an image, and what is said to files that are none.
import { readFileSync, writeFileSync } from 'node:fs';
import { answered, drop, dropAndWait, expect, given, paste, patches, sightImage, test } from './sight.ts';

test('takes an image from the clipboard, and from the file dialog', async ({ sight }) => {
  await dropAndWait(sight, sightImage);
  const dropped = await patches(sight);
  await paste(sight, { ...given(sightImage), name: 'pasted.png' });
  await expect(sight.getByTestId('status')).toHaveText('pasted.png is explained.');
  await answered(sight);
  expect(await patches(sight)).toEqual(dropped);

  const chooser = sight.waitForEvent('filechooser');
  await sight.getByTestId('choose-image').click();
  await (await chooser).setFiles({ name: 'chosen.png', mimeType: 'image/png', buffer: readFileSync(sightImage) });
  await expect(sight.getByTestId('status')).toHaveText('chosen.png is explained.');
  await answered(sight);
  expect(await patches(sight)).toEqual(dropped);
});

test('leaves pasted text to where text goes', async ({ sight }) => {
  await sight.getByTestId('class-search').focus();
  await sight.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', 'class');
    const event = new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: data });
    (window as { notTaken?: boolean }).notTaken = document.activeElement!.dispatchEvent(event);
  });
  expect(await sight.evaluate(() => (window as { notTaken?: boolean }).notTaken)).toBe(true);
});

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const refused: readonly { readonly name: string; readonly content: Buffer; readonly sentence: RegExp }[] = [
  {
    name: 'notes.txt',
    content: bytes('Dear diary, nothing today.'),
    sentence: /notes\.txt is a text, not an image\. Choose a PNG, JPEG/,
  },
  { name: 'photo.png', content: bytes('Dear diary, nothing today.'), sentence: /photo\.png is a text, not an image/ },
  {
    name: 'broken.png',
    content: readFileSync(sightImage).subarray(0, 400),
    sentence: /broken\.png is a broken PNG image/,
  },
  { name: 'phone.heic', content: bytes('\0\0\0\x18ftypheic\0\0\0\0'), sentence: /phone\.heic is in the HEIC format/ },
  { name: 'noise.jpg', content: bytes('\x01\x02\x03\xfe\0\0'), sentence: /noise\.jpg is no image/ },
  { name: 'empty.png', content: bytes(''), sentence: /empty\.png is empty/ },
  {
    name: 'giant.png',
    // A header alone: 40 000 × 40 000.
    content: Buffer.from('89504e470d0a1a0a0000000d4948445200009c4000009c400802000000', 'hex'),
    sentence: /giant\.png is too large: 40000 × 40000 pixels/,
  },
];

for (const { name, content, sentence } of refused)
  test(`says what is wrong with ${name}, and keeps the image before`, async ({ sight }, testInfo) => {
    await dropAndWait(sight, sightImage);
    const before = await patches(sight);
    const path = testInfo.outputPath(name);
    writeFileSync(path, content);
    await drop(sight, given(path));
    const alert = sight.getByRole('alert').and(sight.getByTestId('error'));
    await expect(alert).toHaveAttribute('data-name', 'ImageError');
    await expect(alert).toContainText(sentence);
    await expect(alert.getByRole('button', { name: 'Choose another image' })).toBeVisible();
    expect(await patches(sight)).toEqual(before);
    await sight.getByTestId('error-close').click();
    await expect(alert).toBeHidden();
  });

test('reads a text file dropped beside a text the same way', async ({ tiny }, testInfo) => {
  const path = testInfo.outputPath('notes.txt');
  writeFileSync(path, 'Dear diary, nothing today.');
  await drop(tiny, given(path));
  await expect(tiny.getByTestId('error')).toContainText('notes.txt is a text, not an image.');
  await expect(tiny.getByTestId('mode')).toHaveAttribute('data-value', 'text');
  await tiny.getByTestId('error-close').click();
});
