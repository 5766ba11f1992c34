import { describe, expect, test } from 'vitest';
import { ConfigFields } from './config-fields.ts';
import type { JsonObject } from './model.ts';
import {
  readPreparation,
  readProcessor,
  torchvisionPreprocessing,
  transformersPreprocessing,
} from './vit-preprocessing.ts';

const image = { channels: 3, height: 224, width: 224 };
const halves = [0.5, 0.5, 0.5];

describe('preprocessor_config.json', () => {
  test('resizes to the exact size, bilinear, where it states nothing', () => {
    expect(readProcessor({}, image)).toEqual(transformersPreprocessing(image));
  });

  test.each<[JsonObject, object]>([
    [{ size: 224 }, { height: 224, width: 224 }],
    [{ size: { height: 224, width: 224 } }, { height: 224, width: 224 }],
    [
      { size: { height: 256, width: 256 }, do_center_crop: true, crop_size: 224 },
      { height: 256, width: 256 },
    ],
    [
      { size: { shortest_edge: 248 }, do_center_crop: true, crop_size: { height: 224, width: 224 } },
      { shorterSide: 248 },
    ],
  ])('%j', (processor, resize) => {
    expect(readProcessor(processor, image).resize).toEqual(resize);
  });

  test('names filter, mean and deviation', () => {
    const processor = { resample: 3, image_mean: [0.1, 0.2, 0.3], image_std: [1, 2, 3] };
    expect(readProcessor(processor, image)).toMatchObject({
      interpolation: 'bicubic',
      mean: [0.1, 0.2, 0.3],
      std: [1, 2, 3],
    });
  });

  test('switches normalisation off, or scales otherwise', () => {
    expect(readProcessor({ do_normalize: false }, image)).toMatchObject({ mean: [0, 0, 0], std: [1, 1, 1] });
    // value / 127.5 − ½ over ½ is (value / 255 − ¼) / ¼.
    const { mean, std } = readProcessor({ rescale_factor: 1 / 127.5 }, image);
    expect([...mean, ...std]).toEqual(new Array(6).fill(expect.closeTo(0.25, 12)));
  });

  test.each<[JsonObject, string]>([
    [
      { resample: 1 },
      'UnsupportedError: preprocessor_config.json: resample is 1. Supported: 2 (bilinear), 3 (bicubic).',
    ],
    [
      { size: { height: 200, width: 200 } },
      'FormatError: preprocessor_config.json: size is {"height":200,"width":200}; expected the model\'s image size, 224 x 224, as nothing is cropped.',
    ],
    [
      { do_center_crop: true, crop_size: 192 },
      "FormatError: preprocessor_config.json: crop_size is 192; expected the model's image size, 224 x 224.",
    ],
    [
      { size: { shortest_edge: 200 }, do_center_crop: true },
      'UnsupportedError: preprocessor_config.json: size is {"shortest_edge":200}. Supported: at least the model\'s image size, 224 x 224.',
    ],
    [
      { image_mean: [0.5] },
      'FormatError: preprocessor_config.json: image_mean is [0.5]; expected 3 numbers, one per channel.',
    ],
  ])('%j: %s', (processor, sentence) => {
    expect(complaint(() => readProcessor(processor, image))).toBe(sentence);
  });
});

describe('pretrained_cfg', () => {
  const prepare = (config: JsonObject, architecture = 'vit_tiny_patch16_224') =>
    readPreparation(new ConfigFields(config, 'pretrained_cfg.'), architecture, image);

  test('resizes the shorter side so that the crop is the fraction named', () => {
    expect(prepare({ crop_pct: 0.9 }).resize).toEqual({ shorterSide: 248 });
    expect(prepare({ crop_pct: 0.875, interpolation: 'bilinear' })).toEqual({
      resize: { shorterSide: 256 },
      interpolation: 'bilinear',
      mean: halves,
      std: halves,
    });
    expect(prepare({ crop_pct: 1, crop_mode: 'squash' }).resize).toEqual({ height: 224, width: 224 });
  });

  test('has the mean and deviation of ImageNet for DeiT where it states none', () => {
    expect(prepare({}, 'deit_tiny_patch16_224').mean).toEqual(torchvisionPreprocessing(image).mean);
  });

  test.each<[JsonObject, string]>([
    [{ interpolation: 'lanczos' }, 'interpolation is "lanczos". Supported: "bicubic", "bilinear".'],
    [{ crop_mode: 'border' }, 'crop_mode is "border". Supported: "center", "squash".'],
    [{ crop_pct: 1.2 }, "crop_pct is 1.2. Supported: at least the model's image size, 224 x 224."],
  ])('%j is refused', (config, sentence) => {
    expect(complaint(() => prepare(config))).toBe(`UnsupportedError: config.json: pretrained_cfg.${sentence}`);
  });
});

test('torchvision resizes to 256 for a crop of 224', () => {
  expect(torchvisionPreprocessing(image)).toMatchObject({ resize: { shorterSide: 256 }, interpolation: 'bilinear' });
});

function complaint(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return `${error.name}: ${error.message}`;
  }
  return 'no error';
}
