// The embedded vision model and the pictures that come with it, as the app runs them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { useGpu } from '../engine/gpu.test-helper.ts';
import { readImage } from '../platform/node-image.ts';
import { nodeSource } from '../platform/node-source.ts';
import { explainPicture } from '../session/image-session.ts';
import { openModel, type OpenedImageModel } from '../session/open-model.ts';
import type { Picture } from '../session/session.ts';
import { readMosaics } from './mosaic-benchmark.ts';
import { composeMosaic, localiseTile, mosaicSize } from './mosaic.ts';

const folder = join(import.meta.dirname, '../../public');
const read = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), 'utf8'));
const samples = read('samples/index.json') as { file: string; label: string; alt: string; source: string }[];
const mosaics = readMosaics(read('benchmarks/mosaics.json'), 'samples', 'mosaics.json');

const gpu = useGpu();
let model: OpenedImageModel;
beforeAll(async () => {
  const opened = await openModel(gpu(), nodeSource(join(folder, 'models/tiny-sight')), {});
  if (opened.kind !== 'image') throw new Error('tiny-sight is an image model');
  model = opened;
});

const sample = (file: string): Promise<Picture> => readImage(join(folder, 'samples', file));
const explain = (image: Picture, target: number | null) =>
  explainPicture(model, { image, target, contrast: null, scalar: 'logit', recipe: 'cp-lrp-gamma' }, {});

describe('tiny-sight', () => {
  it('opens without a warning and knows ten classes', () => {
    expect(model.warnings).toEqual([]);
    expect(model.labels).toEqual(
      ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'], // prettier-ignore
    );
  });

  it.each(samples)('sees the $label in $file, and by far', async ({ file, label }) => {
    const { classes, ledger } = await explain(await sample(file), null);
    expect(classes[0]!.label).toBe(label);
    expect(classes[0]!.probability).toBeGreaterThan(0.6);
    expect(Math.abs(ledger.residue!)).toBeLessThan(1e-4 * Math.abs(ledger.score));
  });

  // Eight explanations, and some machines are busy.
  it('points at the right tile of most mosaics of its samples', { timeout: 180_000 }, async () => {
    const { grid, patchSize } = model.loaded.model;
    let hits = 0;
    for (const { tiles, label, tile } of mosaics) {
      const image = composeMosaic(await Promise.all(tiles.map(sample)), mosaicSize(grid, patchSize));
      const { patches } = await explain(image, model.labels.indexOf(label));
      if (localiseTile(patches, grid, tile).hit) hits++;
    }
    expect(hits / mosaics.length).toBeGreaterThan(0.5);
  });
});
