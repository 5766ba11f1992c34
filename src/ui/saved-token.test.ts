import { expect, it } from 'vitest';
import { savedToken } from './saved-token.ts';

const saved = JSON.stringify({ endpoint: 'https://hub.example', token: 'hf_secret' });

it('a kept token is read again, for its own hub only', () => {
  expect(savedToken('https://hub.example', saved)).toBe('hf_secret');
  expect(savedToken('', saved)).toBe('');
});

it.each([null, '', '{', 'null', '7', '{"endpoint":""}', '{"endpoint":"","token":7}'])('%s holds no token', (text) => {
  expect(savedToken('', text)).toBe('');
});
