import { expect, it } from 'vitest';
import { savedModels } from './saved-models.ts';

it('takes what makes sense of what was saved', () => {
  const formats = { 'owner/model': 'int4' };
  const saved = { memoryBytes: 8e9, formats, recent: ['owner/model'] };
  expect(savedModels(JSON.stringify(saved))).toEqual(saved);
  const odd = { memoryBytes: 'much', formats: { ...formats, other: 'int3' }, recent: [7, 'owner/model'] };
  expect(savedModels(JSON.stringify(odd))).toEqual({ ...saved, memoryBytes: null });
  for (const text of [null, '', '{', '[]', 'null', '7', '{"memoryBytes":-1,"formats":null,"recent":"a"}'])
    expect(savedModels(text)).toEqual({ memoryBytes: null, formats: {}, recent: [] });
});
