import { expect, it } from 'vitest';
import { alone } from './lanes.ts';
import { Tuning } from './tuning.ts';

const shard = { rows: 40, layout: { name: 'F16' } };

it('reads what it wrote, and keeps what it remembers though it was not met again', () => {
  const first = new Tuning(alone);
  const { oneRow, tiles } = first;
  oneRow.set(shard, 64, oneRow.choices[2]!);
  tiles.forward.set(shard, 64, tiles.forward.choices[1]!);
  tiles.relevance.set(shard, 64, tiles.relevance.choices[0]);
  const second = new Tuning(alone);
  second.remember(first.written());
  expect(second.oneRow.rememberedOf(shard, 64)?.name).toBe(oneRow.choices[2]!.name);
  expect(second.tiles.forward.rememberedOf(shard, 64)?.name).toBe(tiles.forward.choices[1]!.name);
  expect(second.tiles.relevance.rememberedOf(shard, 64)?.name).toBe('registers');
  expect(second.oneRow.rememberedOf(shard, 72)).toBeNull();
  // What is remembered was not chosen yet.
  expect(second.oneRow.has(shard, 64)).toBe(false);
  expect(second.oneRow.of(shard, 64)).toBe(second.oneRow.choices[0]);
  expect(second.written()).toBe(first.written());
});

it.each(['', 'null', '[]', '{"version":0,"oneRow":{}}', '{"version":1,"oneRow":null,"forward":7}', '{"version":1'])(
  'takes %j for nothing',
  (text) => {
    const tuning = new Tuning(alone);
    tuning.remember(text);
    expect(tuning.written()).toBe(new Tuning(alone).written());
  },
);

it('knows no choice that is gone', () => {
  const tuning = new Tuning(alone);
  tuning.oneRow.remember({ 'F16, 40 x 64': '7 lanes' });
  expect(tuning.oneRow.rememberedOf(shard, 64)).toBeNull();
});
