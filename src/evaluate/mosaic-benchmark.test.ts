import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isMosaicBenchmark, readMosaics } from './mosaic-benchmark.ts';

const item = { tiles: ['a.png', 'b.png', 'c.png', 'd.png'], label: 'cat', tile: 2 };
const file = (...items: unknown[]) => ({ format: 'attnlrp-mosaics/1', items });

describe('a file of mosaics', () => {
  it('is told from other benchmarks by its format', () => {
    expect(isMosaicBenchmark(file(item))).toBe(true);
    expect([{ format: 'attnlrp-benchmark/1' }, null, 'text'].map(isMosaicBenchmark)).toEqual([false, false, false]);
  });

  it('gives its items', () => {
    expect(readMosaics(file(item), 'items', 'm.json')).toEqual([item]);
  });

  it.each([
    [{ ...item, tiles: ['a.png'] }, /m\.json, items 1: "tiles" should be four file names/],
    [{ ...item, tiles: ['a', 'b', 'c', 4] }, /"tiles"/],
    [{ ...item, label: 3 }, /"label" should be a text/],
    [{ ...item, tile: 4 }, /"tile" should be 0, 1, 2 or 3/],
    [null, /"tiles"/],
  ])('refuses %j', (broken, sentence) => {
    expect(() => readMosaics(file(item, broken), 'items', 'm.json')).toThrow(sentence);
  });

  it('says which list is missing', () => {
    expect(() => readMosaics(file(item), 'samples', 'm.json')).toThrow(/"samples": \[…\]/);
  });
});

describe('public/benchmarks/mosaics.json', () => {
  const folder = join(import.meta.dirname, '../../public');
  const read = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), 'utf8'));
  const content = read('benchmarks/mosaics.json');
  const classOf = (tile: string): string => tile.split('/')[1]!;

  it('has 200 mosaics of four classes each, no image twice', () => {
    const items = readMosaics(content, 'items', 'mosaics.json');
    expect(items).toHaveLength(200);
    expect(new Set(items.flatMap(({ tiles }) => tiles)).size).toBe(800);
    for (const { tiles, label, tile } of items) {
      expect(new Set(tiles.map(classOf)).size).toBe(4);
      expect(classOf(tiles[tile]!)).toBe(label);
    }
  });

  it('has mosaics of the pictures that come with the app', () => {
    const index = read('samples/index.json') as { file: string; label: string }[];
    const labels = new Map(index.map(({ file: name, label }) => [name, label]));
    const samples = readMosaics(content, 'samples', 'mosaics.json');
    expect(samples.length).toBeGreaterThanOrEqual(4);
    for (const { tiles, label, tile } of samples) {
      expect(new Set(tiles.map((name) => labels.get(name)!)).size).toBe(4);
      expect(labels.get(tiles[tile]!)).toBe(label);
    }
  });
});
