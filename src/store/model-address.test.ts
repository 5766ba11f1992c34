import { describe, expect, it } from 'vitest';
import { hubLocation, modelAddress, nameOfLocation, rememberedAs, startAddress } from './model-address.ts';

const page = 'https://host.example/app/index.html';
const address = (typed: string): unknown => modelAddress(typed, page);

describe('model addresses', () => {
  it('opens the built-in model beside the page unless the page names another', () => {
    expect(startAddress(page, page)).toEqual({ kind: 'url', url: 'https://host.example/app/models/tiny-world/' });
    expect(startAddress(`${page}?model=./fixtures/tiny`, page)).toEqual({
      kind: 'url',
      url: 'https://host.example/app/fixtures/tiny/',
    });
  });

  it('opens it in the format that the page names', () => {
    const start = startAddress(`${page}?model=owner/name&quantize=int4`, page);
    expect(start).toEqual({ kind: 'hub', address: 'owner/name', quantize: 'int4' });
    expect(() => startAddress(`${page}?quantize=int3`, page)).toThrow(
      '"int3" is no format. Give ?quantize=none or int8 or int4.',
    );
  });

  it('remembers models by what tells them apart', () => {
    const named = (address: string, endpoint = '') =>
      rememberedAs({ kind: 'hub', address, ...(endpoint && { endpoint }), token: 'secret' });
    for (const typed of ['owner/name', 'owner/name@main', 'https://huggingface.co/owner/name', 'hf.co/owner/name'])
      expect(named(typed)).toBe('owner/name');
    expect(named('owner/name', 'https://huggingface.co')).toBe('owner/name');
    expect(named('owner/name@v1')).toBe('owner/name@v1');
    const mirror = 'https://hub.example';
    expect(named('owner/name', mirror)).toBe('https://hub.example/owner/name');
    expect(named(`${mirror}/owner/name`, mirror)).toBe('https://hub.example/owner/name');
    expect(rememberedAs({ kind: 'url', url: 'https://host.example/a/' })).toBe('https://host.example/a/');
    expect(rememberedAs({ kind: 'folder', path: '/models/a' })).toBeNull();
  });

  it('takes a folder with or without a slash, or its config.json', () => {
    const url = 'https://host.example/models/a/';
    for (const typed of ['/models/a', ' /models/a/ ', '/models/a/config.json'])
      expect(address(typed)).toEqual({ kind: 'url', url });
  });

  it('knows the models of a hub', () => {
    const pages = ['https://huggingface.co/owner/name', 'hf.co/owner/name/tree/main', 'owner/name', 'owner/name@v1.0'];
    for (const typed of pages) expect(address(` ${typed} `)).toEqual({ kind: 'hub', address: typed });
    for (const typed of [
      './owner/name',
      'models/name',
      'owner/name/',
      '/owner/name',
      'https://host.example/owner/name',
    ])
      expect(address(typed)).toMatchObject({ kind: 'url' });
    const endpoint = 'https://hub.example/';
    expect(modelAddress('https://hub.example/owner/name', page, endpoint)).toMatchObject({ kind: 'hub', endpoint });
    expect(hubLocation(' owner/name ')).toEqual({ kind: 'hub', address: 'owner/name' });
  });

  it('refuses what is no web address, in a sentence', () => {
    expect(() => address('')).toThrow('is no address');
    expect(() => address('file:///models/a')).toThrow('over http or https');
  });

  it('has a name for a model before the model has told its own', () => {
    expect(nameOfLocation({ kind: 'url', url: 'https://host.example/models/tiny-world/' })).toBe('tiny-world');
    expect(nameOfLocation({ kind: 'hub', address: 'https://huggingface.co/owner/name' })).toBe('owner/name');
    expect(nameOfLocation({ kind: 'files', name: 'dropped', files: [] })).toBe('dropped');
  });
});
