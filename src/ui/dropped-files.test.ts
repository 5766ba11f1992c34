import { describe, expect, it } from 'vitest';
import type { ModelLocation } from '../session/session.ts';
import { chosenModel, dropped, type Dropped } from './dropped-files.ts';

const fileEntry = (fullPath: string): unknown => ({
  isDirectory: false,
  fullPath,
  file: (resolve: (file: File) => void) => resolve(new File(['{}'], fullPath.split('/').at(-1) ?? '')),
});

/** Like a browser: a few entries at a time, then none. */
const folderEntry = (fullPath: string, children: unknown[]): unknown => ({
  isDirectory: true,
  fullPath,
  createReader: () => {
    const rest = [...children];
    return { readEntries: (resolve: (some: unknown[]) => void) => resolve(rest.splice(0, 2)) };
  },
});

const item = (entry: unknown, file: File | null = null): DataTransferItem =>
  ({ webkitGetAsEntry: () => entry, getAsFile: () => file }) as unknown as DataTransferItem;

const fileNamed = (name: string, type = ''): DataTransferItem => item(null, new File(['x'], name, { type }));

const modelIn = (given: Dropped): ModelLocation | null => (given?.kind === 'model' ? given.location : null);
const paths = (location: ModelLocation | null): unknown =>
  location?.kind === 'files' ? [location.name, ...location.files.map(({ path }) => path)] : location;

describe('a dropped model', () => {
  it('is every file of the folder, however many the browser hands out at a time', async () => {
    const folder = folderEntry('/llama', [
      fileEntry('/llama/config.json'),
      fileEntry('/llama/model.safetensors'),
      fileEntry('/llama/tokenizer.json'),
      folderEntry('/llama/onnx', [fileEntry('/llama/onnx/model.onnx')]),
    ]);
    expect(paths(modelIn(await dropped([item(folder)])))).toEqual([
      'llama',
      'llama/config.json',
      'llama/model.safetensors',
      'llama/tokenizer.json',
      'llama/onnx/model.onnx',
    ]);
  });

  it('may be loose files', async () => {
    const given = await dropped([item(fileEntry('/config.json')), item(fileEntry('/model.safetensors'))]);
    expect(paths(modelIn(given))).toEqual(['local files', 'config.json', 'model.safetensors']);
  });

  it('may be files without an entry, as scripts drop them', async () => {
    expect(paths(modelIn(await dropped([fileNamed('config.json')])))).toEqual(['local files', 'config.json']);
  });

  it('is nothing when text or an empty selection was dropped', async () => {
    expect(await dropped([item(null)])).toBeNull();
    expect(chosenModel([])).toBeNull();
  });

  it('keeps the folder a file dialog tells', () => {
    const file = Object.assign(new File(['{}'], 'config.json'), { webkitRelativePath: 'qwen/config.json' });
    expect(paths(chosenModel([file]))).toEqual(['qwen', 'qwen/config.json']);
  });
});

describe('a dropped file that is no part of a model', () => {
  it('is meant as an image, whatever it holds', async () => {
    for (const name of ['cat.png', 'notes.txt', 'unknown'])
      expect(await dropped([fileNamed(name)])).toMatchObject({ kind: 'image', file: { name }, others: 0 });
  });

  it('is the first image where there are several, and the rest are counted', async () => {
    const given = [fileNamed('notes.txt'), fileNamed('a.png', 'image/png'), fileNamed('b.png', 'image/png')];
    expect(await dropped(given)).toMatchObject({ kind: 'image', file: { name: 'a.png' }, others: 2 });
  });

  it('is no image in a folder: folders are models', async () => {
    const folder = folderEntry('/photos', [fileEntry('/photos/a.png')]);
    expect(modelIn(await dropped([item(folder)]))).toMatchObject({ name: 'photos' });
  });
});
