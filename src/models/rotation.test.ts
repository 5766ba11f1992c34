import { describe, expect, test } from 'vitest';
import { ConfigFields } from './config-fields.ts';
import type { JsonObject } from './model.ts';
import { readRotation } from './rotation.ts';

const frequencies = (config: JsonObject, headSize = 8) => [
  ...readRotation(new ConfigFields(config), headSize, []).inverseFrequencies,
];
const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 14));

// Llama 3.1 and 3.2 as published, with the factor of 3.2.
const llama3 = {
  rope_type: 'llama3',
  factor: 32,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 8192,
};

describe('inverse frequencies', () => {
  test('fall as powers of theta, 10000 if not given', () => {
    expect(frequencies({})).toEqual(close([1, 0.1, 0.01, 0.001]));
    expect(frequencies({ rope_theta: 1e8 })).toEqual(close([1, 1e-2, 1e-4, 1e-6]));
  });

  test('are divided by the factor of linear scaling', () => {
    const config = { rope_scaling: { type: 'linear', factor: 4 } };
    expect(frequencies(config)).toEqual(close([0.25, 0.025, 0.0025, 0.00025]));
  });

  test('follow Llama 3: short waves stay, long waves are interpolated, a ramp lies between', () => {
    const plain = frequencies({ rope_theta: 500000 }, 64);
    const scaled = frequencies({ rope_theta: 500000, rope_scaling: llama3 }, 64);
    plain.forEach((frequency, index) => {
      const wavelength = (2 * Math.PI) / frequency;
      const smooth = (8192 / wavelength - 1) / (4 - 1);
      const ramp = ((1 - smooth) * frequency) / 32 + smooth * frequency;
      const expected = wavelength < 8192 / 4 ? frequency : wavelength > 8192 ? frequency / 32 : ramp;
      expect(scaled[index]! / expected).toBeCloseTo(1, 12);
    });
    const ratios = scaled.map((frequency, index) => frequency / plain[index]!);
    expect(ratios.filter((ratio) => ratio === 1)).toHaveLength(15);
    expect(ratios.filter((ratio) => ratio === 1 / 32)).toHaveLength(14);
  });
});

describe('the spellings of transformers 4 and 5', () => {
  test('give the same frequencies', () => {
    const before = frequencies({ rope_theta: 500000, rope_scaling: llama3 }, 64);
    expect(frequencies({ rope_parameters: { rope_theta: 500000, ...llama3 } }, 64)).toEqual(before);
    const { rope_type: type, ...rest } = llama3;
    expect(frequencies({ rope_theta: 500000, rope_scaling: { type, ...rest } }, 64)).toEqual(before);
  });

  test('may stand side by side when they agree', () => {
    const both = { rope_theta: 5, rope_scaling: llama3, rope_parameters: { rope_theta: 5, ...llama3 } };
    expect(frequencies(both)).toEqual(frequencies({ rope_theta: 5, rope_scaling: llama3 }));
  });

  test.each<[JsonObject, string]>([
    [
      { rope_theta: 10000, rope_parameters: { rope_theta: 500000 } },
      'rope_theta is 10000; expected 500000, the rope_theta inside rope_parameters.',
    ],
    [
      { rope_scaling: { type: 'linear', factor: 2 }, rope_parameters: { rope_type: 'linear', factor: 4 } },
      'rope_scaling is {"type":"linear","factor":2}; expected the same scaling as in rope_parameters.',
    ],
    [
      { rope_scaling: { type: 'linear', factor: 2 }, rope_parameters: { rope_theta: 10000 } },
      'rope_scaling is {"type":"linear","factor":2}; expected the same scaling as in rope_parameters.',
    ],
    [
      { rope_scaling: { type: 'linear', rope_type: 'llama3', factor: 2 } },
      'rope_scaling.type is "linear"; expected "llama3" as in rope_type.',
    ],
  ])('are an error when they disagree: %j', (config, sentence) => {
    expect(() => frequencies(config)).toThrow(`config.json: ${sentence}`);
  });
});

describe('refusals', () => {
  test.each<[JsonObject, string]>([
    [{ rope_scaling: { type: 'dynamic', factor: 2 } }, 'rope_scaling.type is "dynamic". Supported:'],
    [
      { rope_parameters: { partial_rotary_factor: 0.25 } },
      'rope_parameters.partial_rotary_factor is 0.25. Supported: 1',
    ],
    [
      { rope_parameters: { full_attention: { rope_theta: 1 } } },
      'Supported: one set of rope parameters for all layers',
    ],
    [
      { rope_scaling: { ...llama3, high_freq_factor: 1 } },
      'rope_scaling.high_freq_factor is 1; expected more than low_freq_factor, 1',
    ],
    [
      { rope_scaling: { ...llama3, original_max_position_embeddings: null } },
      'rope_scaling.original_max_position_embeddings is null; expected a positive integer',
    ],
  ])('name what is wrong with %j', (config, sentence) => {
    expect(() => frequencies(config)).toThrow(sentence);
  });
});
