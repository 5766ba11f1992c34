import { describe, expect, test } from 'vitest';
import { ConfigFields } from './config-fields.ts';
import { llama } from './llama.ts';
import { mistral } from './mistral.ts';
import type { JsonObject } from './model.ts';
import { qwen2 } from './qwen2.ts';
import { qwen3 } from './qwen3.ts';

const windows = (family: typeof llama, config: JsonObject) => family.variant(new ConfigFields(config), 4).windows;

test('Llama sees all earlier tokens', () => {
  expect(windows(llama, {})).toEqual([null, null, null, null]);
});

describe('Mistral', () => {
  test('slides in every layer', () => {
    expect(windows(mistral, { sliding_window: 6 })).toEqual([6, 6, 6, 6]);
  });

  test('switches the window off with null, and has 4096 without the field', () => {
    expect(windows(mistral, { sliding_window: null })).toEqual([null, null, null, null]);
    expect(windows(mistral, {})).toEqual([4096, 4096, 4096, 4096]);
  });

  test('refuses layers that differ', () => {
    const layer_types = ['full_attention', 'sliding_attention', 'full_attention', 'sliding_attention'];
    expect(() => windows(mistral, { sliding_window: 6, layer_types })).toThrow(
      'Supported: "sliding_attention" in every layer of this architecture',
    );
  });
});

describe.each([qwen2, qwen3])('$architecture', (family) => {
  const named = { sliding_window: 6, max_window_layers: 3 };

  test('ignores a window that is named but switched off', () => {
    expect(windows(family, named)).toEqual([null, null, null, null]);
    expect(windows(family, { ...named, use_sliding_window: false })).toEqual([null, null, null, null]);
    expect(windows(family, { use_sliding_window: true, sliding_window: null })).toEqual([null, null, null, null]);
  });

  test('slides from max_window_layers up', () => {
    expect(windows(family, { ...named, use_sliding_window: true })).toEqual([null, null, null, 6]);
    expect(windows(family, { ...named, max_window_layers: 0, use_sliding_window: true })).toEqual([6, 6, 6, 6]);
  });

  test('lets layer_types decide', () => {
    const layer_types = ['sliding_attention', 'full_attention', 'sliding_attention', 'full_attention'];
    expect(windows(family, { ...named, use_sliding_window: true, layer_types })).toEqual([6, null, 6, null]);
    expect(() => windows(family, { ...named, layer_types })).toThrow(
      'expected "full_attention" in every layer, as the sliding window is switched off',
    );
  });

  test.each([
    [{ use_sliding_window: true, sliding_window: 0 }, 'sliding_window is 0; expected a positive integer'],
    [{ use_sliding_window: true, max_window_layers: -1 }, 'max_window_layers is -1; expected'],
    [{ layer_types: ['a', 'b', 'c', 'd'] }, 'Supported: "full_attention", "sliding_attention"'],
  ])('complains about %j', (config, sentence) => {
    expect(() => windows(family, config)).toThrow(sentence);
  });
});
