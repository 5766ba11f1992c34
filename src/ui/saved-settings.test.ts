import { expect, it } from 'vitest';
import { savedModels, savedTheme, savedToken } from './saved-settings.ts';

it('takes of the settings of models what makes sense', () => {
  const formats = { 'owner/model': 'int4' };
  const saved = { memoryBytes: 8e9, cache: 'f16', formats, recent: ['owner/model'] };
  expect(savedModels(JSON.stringify(saved))).toEqual(saved);
  const odd = { memoryBytes: 'much', cache: 'f8', formats: { ...formats, other: 'int3' }, recent: [7, 'owner/model'] };
  expect(savedModels(JSON.stringify(odd))).toEqual({ ...saved, memoryBytes: null, cache: 'f32' });
  for (const text of [null, '', '{', '[]', 'null', '7', '{"memoryBytes":-1,"formats":null,"recent":"a"}'])
    expect(savedModels(text)).toEqual({ memoryBytes: null, cache: 'f32', formats: {}, recent: [] });
});

const token = JSON.stringify({ endpoint: 'https://hub.example', token: 'hf_secret' });

it('a kept token is read again, for its own hub only', () => {
  expect(savedToken('https://hub.example', token)).toBe('hf_secret');
  expect(savedToken('', token)).toBe('');
});

it.each([null, '', '{', 'null', '7', '{"endpoint":""}', '{"endpoint":"","token":7}'])('%s holds no token', (text) => {
  expect(savedToken('', text)).toBe('');
});

it("a theme that is none leaves the system's", () => {
  expect(['light', 'dark', 'system', 'blue', null].map(savedTheme)).toEqual(['light', 'dark', 'system', 'system', 'system']); // prettier-ignore
});
