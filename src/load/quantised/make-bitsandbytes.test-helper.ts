// Test helper: random layers of bitsandbytes.
import type { JsonObject } from '../../models/model.ts';
import { utf8 } from '../safetensors.test-helper.ts';
import { byteTensor, inRows, Random, weightsOf, type Layer, type Size } from './layers.test-helper.ts';

export function makeFourBit({
  rows,
  columns,
  seed = 5,
  kind = 'nf4',
  blockSize = 64,
  nested = false,
  storage = 'U8',
  state = {},
  scales = 'usual',
}: Size & {
  kind?: 'nf4' | 'fp4';
  blockSize?: number;
  nested?: boolean;
  storage?: string;
  state?: JsonObject;
}): Layer {
  const random = new Random(seed);
  const codes = random.integers(rows * columns, 16);
  const blocks = Math.ceil(codes.length / blockSize);
  const map = random.floats('F32', 16);
  const maxima = random.floatsOf(scales, 'F32', blocks);
  const maximumCodes = random.integers(blocks, 256);
  const nestedMap = random.floats('F32', 256);
  const nestedMaxima = random.floatsOf(scales, 'F32', Math.ceil(blocks / 256));
  const offset = 0.125;
  const maximum = (block: number): number =>
    nested
      ? nestedMap.values[maximumCodes[block]!]! * nestedMaxima.values[Math.floor(block / 256)]! + offset
      : maxima.values[block]!;
  const text = JSON.stringify({
    quant_type: kind,
    blocksize: blockSize,
    dtype: 'bfloat16',
    shape: [rows, columns],
    ...(nested && { nested_blocksize: 256, nested_dtype: 'float32', nested_offset: offset }),
    ...state,
  });
  const bytes = inRows(codes, 2).map(([high, low]) => high! * 16 + low!);
  return {
    rows,
    columns,
    config: { quantization_config: { quant_method: 'bitsandbytes', load_in_4bit: true, bnb_4bit_quant_type: kind } },
    tensors: {
      weight: byteTensor(bytes, storage === 'U8' ? [bytes.length, 1] : [bytes.length / 2, 1], storage),
      'weight.quant_map': map.tensor,
      ...(nested
        ? {
            'weight.absmax': byteTensor(maximumCodes, [blocks], 'U8'),
            'weight.nested_absmax': nestedMaxima.tensor,
            'weight.nested_quant_map': nestedMap.tensor,
          }
        : { 'weight.absmax': maxima.tensor }),
      [`weight.quant_state.bitsandbytes__${kind}`]: { dtype: 'U8', shape: [text.length], bytes: utf8(text) },
    },
    weights: weightsOf(rows, columns, (row, column) => {
      const element = row * columns + column;
      return map.values[codes[element]!]! * maximum(Math.floor(element / blockSize));
    }),
  };
}

export function makeEightBit({ rows, columns, seed = 6, scales = 'usual' }: Size): Layer {
  const random = new Random(seed);
  const codes = random.integers(rows * columns, 256).map((code) => code - 128);
  const maxima = random.floatsOf(scales, 'F32', rows);
  return {
    rows,
    columns,
    config: { quantization_config: { quant_method: 'bitsandbytes', load_in_8bit: true } },
    tensors: {
      weight: byteTensor(codes, [rows, columns], 'I8'),
      SCB: maxima.tensor,
      weight_format: byteTensor([0], [], 'U8'),
    },
    weights: weightsOf(rows, columns, (row, column) => (codes[row * columns + column]! * maxima.values[row]!) / 127),
  };
}
