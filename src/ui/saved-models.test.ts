import { expect, it } from 'vitest';
import { savedModels } from './saved-models.ts';

it('takes what makes sense of what was saved', () => {
  const formats = { 'owner/model': 'int4' };
  expect(savedModels(JSON.stringify({ memoryBytes: 8e9, formats }))).toEqual({ memoryBytes: 8e9, formats });
  const odd = { memoryBytes: 'much', formats: { ...formats, other: 'int3' } };
  expect(savedModels(JSON.stringify(odd))).toEqual({ memoryBytes: null, formats });
  for (const text of [null, '', '{', '[]', 'null', '7', '{"memoryBytes":-1,"formats":null}'])
    expect(savedModels(text)).toEqual({ memoryBytes: null, formats: {} });
});
