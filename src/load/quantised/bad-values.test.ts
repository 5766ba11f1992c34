// What the user reads when tensors of a quantised layer hold what they must not.
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../models/model.ts';
import { base, byteTensor, matchLayer, vectorOfIntegers, type Layer, change, as } from './layers.test-helper.ts';
import { makeEightBit, makeFourBit } from './make-bitsandbytes.test-helper.ts';
import { makeCompressed } from './make-compressed.test-helper.ts';
import { makeAwq, makeGptq } from './make-gptq.test-helper.ts';
import { makeMlx } from './make-mlx.test-helper.ts';

const size = { rows: 8, columns: 64 };
const mlx = makeMlx(size);
const gptq = makeGptq(size);
const awq = makeAwq(size);
const packed = makeCompressed({ ...size, zeros: 'packed' });
const nf4 = makeFourBit(size);
const nested = makeFourBit({ ...size, nested: true });
const int8 = makeEightBit(size);

/** The upper 16 bits of the first value replaced. */
function withFirst(layer: Layer, suffix: string, bits: number): Layer {
  const { bytes, dtype } = layer.tensors[suffix]!;
  const changed = bytes.slice();
  new DataView(changed.buffer).setUint16(dtype === 'F32' ? 2 : 0, bits, true);
  return as(layer, suffix, { bytes: changed });
}

const gptqSettings = (settings: JsonObject): JsonObject => ({
  quantization_config: { quant_method: 'gptq', bits: 4, group_size: 32, sym: false, ...settings },
});
const state = 'weight.quant_state.bitsandbytes__nf4';
const tensor = (suffix: string, found: string, expected: string): RegExp =>
  new RegExp(`^Tensor "${base}\\.${suffix}" in model\\.safetensors is ${found}, but ${expected}`);

const cases: readonly (readonly [what: string, layer: Layer, sentence: RegExp])[] = [
  // Groups of columns.
  [
    'g_idx beyond the groups',
    change(gptq, { g_idx: vectorOfIntegers([2, ...new Array<number>(63).fill(0)]) }),
    /g_idx" in model\.safetensors puts column 0 into group 2, but there are groups 0 to 1\. The file is damaged/,
  ],
  [
    'g_idx below the groups',
    change(gptq, { g_idx: vectorOfIntegers([0, -1, ...new Array<number>(62).fill(0)]) }),
    /puts column 1 into group -1, but there are groups 0 to 1/,
  ],
  [
    'g_idx with groups of unequal size',
    change(gptq, { g_idx: vectorOfIntegers(new Array<number>(64).fill(0)) }),
    /puts 64 columns into group 0, which holds 32/,
  ],
  [
    'g_idx of another length',
    change(gptq, { g_idx: vectorOfIntegers([0, 1]) }),
    tensor('g_idx', 'I32 \\[2\\]', 'I32 \\[64\\] is expected'),
  ],
  [
    'groups of 20 columns',
    makeGptq({ ...size, group: 20 }),
    /is quantised in groups of 20 columns\. Supported: groups of a multiple of 8 columns/,
  ],

  // State of bitsandbytes.
  [
    'a state that is no JSON',
    change(nf4, { [state]: byteTensor([123, 34], [2], 'U8') }),
    /quant_state\.bitsandbytes__nf4" in model\.safetensors is not valid JSON at line 1/,
  ],
  [
    'a state of another matrix',
    makeFourBit({ ...size, state: { shape: [8, 32] } }),
    /says that the matrix is \[8, 32\], where the model of config\.json has \[8, 64\]/,
  ],
  [
    'a state without shape',
    makeFourBit({ ...size, state: { shape: null } }),
    /shape is null; expected rows and columns/,
  ],
  [
    'a state with odd blocks',
    makeFourBit({ ...size, state: { blocksize: 48 } }),
    /blocksize is 48\. Supported: powers of two/,
  ],
  [
    'a state of another kind',
    makeFourBit({ ...size, state: { quant_type: 'int8' } }),
    /quant_type is "int8"\. Supported: "nf4"/,
  ],
  [
    'a nested state without offset',
    makeFourBit({ ...size, nested: true, state: { nested_offset: null } }),
    /nested_offset is null; expected a finite number/,
  ],
  [
    'int8 in another order',
    change(int8, { weight_format: byteTensor([1], [], 'U8') }),
    /weight_format" in model\.safetensors holds 1, where 0 \(rows as they are\) is expected/,
  ],

  // A bias that the model does not have.
  [
    'a bias that is not zero',
    change(gptq, { bias: byteTensor([0, 0, 0, 60, ...new Array<number>(12).fill(0)], [8], 'F16') }),
    /up_proj\.bias" in model\.safetensors holds values other than 0, but the model .* has no bias there/,
  ],
];

describe('a broken quantised layer', () => {
  test.each(cases)('is refused: %s', async (_what, layer, sentence) => {
    await expect(matchLayer(layer)).rejects.toThrow(sentence);
  });

  const values: readonly (readonly [what: string, layer: Layer, suffix: string])[] = [
    ['an infinite F16 scale', withFirst(gptq, 'scales', 0x7c00), 'scales'],
    ['a NaN F16 scale', withFirst(awq, 'scales', 0xfe01), 'scales'],
    ['an infinite BF16 scale', withFirst(mlx, 'scales', 0xff80), 'scales'],
    ['a NaN offset', withFirst(mlx, 'biases', 0x7fc0), 'biases'],
    ['a NaN BF16 scale', withFirst(packed, 'weight_scale', 0x7fff), 'weight_scale'],
    ['a NaN maximum', withFirst(int8, 'SCB', 0x7fc0), 'SCB'],
    ['an infinite maximum of a block', withFirst(nf4, 'weight.absmax', 0x7f80), 'weight.absmax'],
  ];
  test.each(values)('is refused while it is read: %s', async (_what, layer, suffix) => {
    const [matrix] = [...(await matchLayer(layer)).quantised.values()];
    await expect(matrix!.readGroups(0, matrix!.rows)).rejects.toThrow(
      `Tensor "${base}.${suffix}" in model.safetensors holds NaN or infinity, but scales and offsets must be finite.`,
    );
  });
  test.each([
    ['the values of codes', withFirst(nf4, 'weight.quant_map', 0x7fc0)],
    ['the values of maxima', withFirst(nested, 'weight.nested_quant_map', 0x7fc0)],
    ['the maxima of maxima', withFirst(nested, 'weight.nested_absmax', 0x7fc0)],
  ])('is refused with NaN among %s', async (_what, layer) => {
    await expect(matchLayer(layer)).rejects.toThrow(/holds NaN or infinity/);
  });

  test('is refused while it is read: maxima that overflow when they are restored', async () => {
    const huge = makeFourBit({ ...size, nested: true, scales: 'huge' });
    // Every value 3.3e38, too.
    const values = new Uint8Array(new Uint32Array(256).fill(0x7f780000).buffer);
    const layer = as(huge, 'weight.nested_quant_map', { bytes: values });
    const [matrix] = [...(await matchLayer(layer)).quantised.values()];
    await expect(matrix!.readGroups(0, 8)).rejects.toThrow(
      `Tensor "${base}.weight.nested_absmax" in model.safetensors makes scales larger than float32 can hold.`,
    );
  });

  test.each([
    ['v1', 'gptq', '0x88888888'],
    ['v2', 'gptq_v2', '0x77777777'],
  ] as const)(
    'is refused where its symmetric zero points are not those of format %s',
    async (version, label, found) => {
      const other = makeGptq({ ...size, symmetric: true, version: version === 'v1' ? 'v2' : 'v1' });
      const layer = change(other, {}, gptqSettings({ sym: true, checkpoint_format: label }));
      const [matrix] = [...(await matchLayer(layer)).quantised.values()];
      await expect(matrix!.readGroups(0, 8)).rejects.toThrow(
        new RegExp(`expected of a symmetric checkpoint of format "${label}", not ${found} throughout`),
      );
    },
  );
});

describe('a bias of zeros', () => {
  test('that the model does not have is dropped without a word', async () => {
    const layer = change(gptq, { bias: byteTensor(new Array<number>(16).fill(0), [8], 'F16') });
    expect((await matchLayer(layer)).warnings).toEqual([]);
  });
});
