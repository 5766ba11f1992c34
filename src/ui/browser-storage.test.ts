import { afterEach, expect, it, vi } from 'vitest';
import { fieldsOf, keepEntry, readEntry } from './browser-storage.ts';

afterEach(() => vi.unstubAllGlobals());

it('reads again what it kept, until it forgets it', () => {
  const texts = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => texts.get(key) ?? null,
    setItem: (key: string, text: string) => void texts.set(key, text),
    removeItem: (key: string) => void texts.delete(key),
  });
  expect(readEntry('theme')).toBeNull();
  keepEntry('theme', 'dark');
  expect([readEntry('theme'), readEntry('hub')]).toEqual(['dark', null]);
  expect([...texts.keys()]).toEqual(['attnlrp-webgpu.theme']);
  keepEntry('theme', null);
  expect(readEntry('theme')).toBeNull();
});

it('where storage is forbidden, nothing is kept and nothing fails', () => {
  const forbidden = (): never => {
    throw new DOMException('denied', 'SecurityError');
  };
  vi.stubGlobal('localStorage', { getItem: forbidden, setItem: forbidden, removeItem: forbidden });
  keepEntry('theme', 'dark');
  keepEntry('theme', null);
  expect(readEntry('theme')).toBeNull();
});

it('finds fields in objects only', () => {
  expect(fieldsOf<'a'>('{"a":1}').a).toBe(1);
  for (const text of [null, '', '{', 'null', '7', '"a"', '[]']) expect(fieldsOf<'a'>(text).a).toBeUndefined();
});
