import { describe, expect, it } from 'vitest';
import { checkEndpoint, keyOf, parseHubAddress } from './address.ts';

const endpoint = 'https://huggingface.co';

describe('parseHubAddress', () => {
  it.each([
    ['Qwen/Qwen2.5-0.5B', 'Qwen/Qwen2.5-0.5B', 'main'],
    ['  owner/name@v1.0 ', 'owner/name', 'v1.0'],
    ['owner/name@refs/pr/7', 'owner/name', 'refs/pr/7'],
    ['https://huggingface.co/owner/name', 'owner/name', 'main'],
    ['https://huggingface.co/owner/name/', 'owner/name', 'main'],
    ['https://huggingface.co/owner/name?library=x#usage', 'owner/name', 'main'],
    ['https://huggingface.co/owner/name/tree/abc123', 'owner/name', 'abc123'],
    ['https://huggingface.co/owner/name/tree/refs%2Fpr%2F7', 'owner/name', 'refs/pr/7'],
    ['https://huggingface.co/owner/name/blob/main/config.json', 'owner/name', 'main'],
    ['https://huggingface.co/owner/name/resolve/v2/model.safetensors', 'owner/name', 'v2'],
    ['huggingface.co/owner/name', 'owner/name', 'main'],
    ['hf.co/owner/name', 'owner/name', 'main'],
  ])('reads %s', (typed, id, revision) => {
    expect(parseHubAddress(typed)).toEqual({ endpoint, id, revision });
  });

  it.each(['', 'gpt2', './models/tiny/', '/models/tiny/', 'a/b/c', 'models/tiny/', 'https://example.org/owner/name'])(
    'leaves "%s" to others',
    (typed) => expect(parseHubAddress(typed)).toBeNull(),
  );

  it.each([
    ['https://huggingface.co/datasets/owner/name', /is no model but in "datasets"/],
    ['https://huggingface.co/owner', /names no model/],
    ['https://huggingface.co/owner/name/tree/main/onnx', /models are read from the top folder/],
    ['https://huggingface.co/owner/name/discussions/3', /models are read from the top folder/],
    ['owner/name@../../secret', /is no revision/],
    ['owner/name@', /is no revision/],
  ])('refuses %s in a sentence', (typed, sentence) => {
    expect(() => parseHubAddress(typed)).toThrow(sentence);
  });

  it('asks the configured endpoint, also for pages of the public hub', () => {
    const mirror = 'https://mirror.example/hub/';
    const expected = { endpoint: 'https://mirror.example/hub', id: 'owner/name', revision: 'main' };
    expect(parseHubAddress('owner/name', mirror)).toEqual(expected);
    expect(parseHubAddress('https://huggingface.co/owner/name', mirror)).toEqual(expected);
    expect(parseHubAddress('https://mirror.example/hub/owner/name', mirror)).toEqual(expected);
    expect(parseHubAddress('https://mirror.example/other/owner/name', mirror)).toBeNull();
  });

  it('refuses what cannot be an endpoint', () => {
    for (const typed of ['huggingface', 'ftp://a.b', 'https://user:secret@a.b', 'https://a.b/?x=1']) {
      expect(() => checkEndpoint(typed)).toThrow(/cannot be the address of a model hub/);
    }
    expect(checkEndpoint('https://a.b/')).toBe('https://a.b');
  });

  it('gives every endpoint, model and revision a key of its own', () => {
    expect(keyOf({ endpoint, id: 'owner/name', revision: 'v1' })).toBe('huggingface.co/owner/name@v1');
  });
});
