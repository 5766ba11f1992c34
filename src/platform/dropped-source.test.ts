import { describe, expect, it } from 'vitest';
import { browserSource } from './browser-source.ts';
import { droppedSource } from './dropped-source.ts';

const drop = (...paths: string[]) =>
  droppedSource(
    'dropped',
    paths.map((path) => ({ path, file: new File([path], path.split('/').at(-1)!) })),
  );
const textOf = async (source: ReturnType<typeof drop>, name: string) => {
  const file = await source.open(name);
  return file && new TextDecoder().decode(await file.read(0, file.size));
};

describe('droppedSource', () => {
  it('takes the folder that holds config.json as the model', async () => {
    const source = drop(
      'repo/readme.md',
      'repo/tiny/config.json',
      'repo/tiny/model.safetensors',
      'repo/tiny/old/config.json',
    );
    expect(source.name).toBe('tiny');
    expect(await textOf(source, 'config.json')).toBe('repo/tiny/config.json');
    expect(await textOf(source, 'readme.md')).toBeNull();
    expect(await source.list!()).toEqual(['config.json', 'model.safetensors']);
  });
  it('prefers a folder with config.json to one with weights alone', async () => {
    expect(await textOf(drop('a/x.safetensors', 'b/config.json'), 'config.json')).toBe('b/config.json');
  });
  it('takes single files, and paths with a leading slash', async () => {
    expect(drop('config.json').name).toBe('dropped');
    expect(await textOf(drop('/tiny/config.json'), 'config.json')).toBe('/tiny/config.json');
  });
  it('reads ranges and refuses those beyond the end', async () => {
    const file = (await drop('config.json').open('config.json'))!;
    expect(new TextDecoder().decode(await file.read(1, 3))).toBe('on');
    await expect(file.read(0, 99)).rejects.toThrow(/config\.json has 11 bytes/);
  });
  it('says that no model is among the files', () => {
    expect(() => drop('a.txt', 'b.png')).toThrow(/Among the 2 files there is no config\.json/);
  });
});

describe('browserSource', () => {
  it('tells a path from files and addresses', () => {
    expect(browserSource({ kind: 'url', url: 'http://localhost/models/tiny/' }).name).toBe('tiny');
    expect(
      browserSource({ kind: 'files', name: 'x', files: [{ path: 'config.json', file: new File([], 'c') }] }).name,
    ).toBe('x');
    expect(() => browserSource({ kind: 'folder', path: '/models' })).toThrow(/cannot open the path \/models/);
  });
});
