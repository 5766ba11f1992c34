import { describe, expect, it } from 'vitest';
import { modelAddress, nameOfLocation, startAddress } from './model-address.ts';

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

  it('takes a folder with or without a slash, or its config.json', () => {
    const url = 'https://host.example/models/a/';
    for (const typed of ['/models/a', ' /models/a/ ', '/models/a/config.json'])
      expect(address(typed)).toEqual({ kind: 'url', url });
  });

  it('turns a model page of the hub into the address of its files', () => {
    const files = { kind: 'url', url: 'https://huggingface.co/owner/name/resolve/main/' };
    expect(address('https://huggingface.co/owner/name')).toEqual(files);
    expect(address('https://huggingface.co/owner/name/tree/main')).toEqual(files);
    expect(address('https://huggingface.co/owner/name/resolve/main/')).toEqual(files);
  });

  it('refuses what is no web address, in a sentence', () => {
    expect(() => address('')).toThrow('is no address');
    expect(() => address('file:///models/a')).toThrow('over http or https');
  });

  it('has a name for a model before the model has told its own', () => {
    expect(nameOfLocation({ kind: 'url', url: 'https://host.example/models/tiny-world/' })).toBe('tiny-world');
    expect(nameOfLocation({ kind: 'url', url: 'https://huggingface.co/owner/name/resolve/main/' })).toBe('name');
    expect(nameOfLocation({ kind: 'files', name: 'dropped', files: [] })).toBe('dropped');
  });
});
