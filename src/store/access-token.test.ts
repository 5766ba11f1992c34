import { describe, expect, it } from 'vitest';
import { withToken } from './access-token.ts';

const model = { kind: 'hub', address: 'owner/model' } as const;

describe('an access token', () => {
  it.each([
    ['', undefined],
    ['', 'https://huggingface.co'],
    ['https://huggingface.co/', undefined],
    ['https://hub.example', 'https://hub.example'],
  ])('given for "%s" goes to %s', (endpoint, asked) => {
    const location = asked === undefined ? model : { ...model, endpoint: asked };
    expect(withToken(location, { endpoint, token: ' hf_secret\n' })).toEqual({ ...location, token: 'hf_secret' });
  });

  it.each([
    ['', { ...model, endpoint: 'https://hub.example' }],
    ['https://hub.example', model],
    ['', { kind: 'url', url: 'https://huggingface.co/folder/' }],
  ] as const)('given for "%s" does not go elsewhere', (endpoint, location) => {
    expect(withToken(location, { endpoint, token: 'hf_secret' })).toBe(location);
  });

  it('is left out where there is none, and never replaces another', () => {
    expect(withToken(model, { endpoint: '', token: ' ' })).toBe(model);
    const own = { ...model, token: 'hf_own' };
    expect(withToken(own, { endpoint: '', token: 'hf_secret' })).toBe(own);
  });
});
