import { describe, expect, it } from 'vitest';
import { chosenModel, droppedModel } from './dropped-files.ts';

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

const paths = (location: Awaited<ReturnType<typeof droppedModel>>): unknown =>
  location?.kind === 'files' ? [location.name, ...location.files.map(({ path }) => path)] : location;

describe('a dropped model', () => {
  it('is every file of the folder, however many the browser hands out at a time', async () => {
    const folder = folderEntry('/llama', [
      fileEntry('/llama/config.json'),
      fileEntry('/llama/model.safetensors'),
      fileEntry('/llama/tokenizer.json'),
      folderEntry('/llama/onnx', [fileEntry('/llama/onnx/model.onnx')]),
    ]);
    expect(paths(await droppedModel([item(folder)]))).toEqual([
      'llama',
      'llama/config.json',
      'llama/model.safetensors',
      'llama/tokenizer.json',
      'llama/onnx/model.onnx',
    ]);
  });

  it('may be loose files', async () => {
    const dropped = await droppedModel([item(fileEntry('/config.json')), item(fileEntry('/model.safetensors'))]);
    expect(paths(dropped)).toEqual(['local files', 'config.json', 'model.safetensors']);
  });

  it('may be files without an entry, as scripts drop them', async () => {
    expect(paths(await droppedModel([item(null, new File(['{}'], 'config.json'))]))).toEqual([
      'local files',
      'config.json',
    ]);
  });

  it('is nothing when text or an empty selection was dropped', async () => {
    expect(await droppedModel([item(null)])).toBeNull();
    expect(chosenModel([])).toBeNull();
  });

  it('keeps the folder a file dialog tells', () => {
    const file = Object.assign(new File(['{}'], 'config.json'), { webkitRelativePath: 'qwen/config.json' });
    expect(paths(chosenModel([file]))).toEqual(['qwen', 'qwen/config.json']);
  });
});
