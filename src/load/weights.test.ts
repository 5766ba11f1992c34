import { describe, expect, it } from 'vitest';
import { openCheckpoint, readRows } from './checkpoint.ts';
import { toFloat32 } from './decode.ts';
import { memorySource } from './memory-source.ts';
import { counting, safetensors, type TestTensor } from './safetensors.test-helper.ts';
import { matchWeights } from './weights.ts';

const checkpoint = (tensors: { readonly [name: string]: TestTensor }) =>
  openCheckpoint(memorySource(new Map([['model.safetensors', safetensors(tensors)]])));

const embed = { name: 'model.embed_tokens.weight', shape: [4, 2], aliases: ['lm_head.weight'] };
const norm = { name: 'model.norm.weight', shape: [2] };

describe('matchWeights', () => {
  it('finds tensors by name and says nothing more', async () => {
    const found = matchWeights(
      [embed, norm, embed],
      await checkpoint({ [embed.name]: counting(4, 2), [norm.name]: counting(2) }),
    );
    expect([...found.tensors].map(([spec, tensor]) => [spec, tensor.name])).toEqual([
      [embed, embed.name],
      [norm, norm.name],
    ]);
    expect(found.warnings).toEqual([]);
  });

  it('finds tensors whose names lack the prefix "model."', async () => {
    const found = matchWeights(
      [embed, norm],
      await checkpoint({ 'embed_tokens.weight': counting(4, 2), 'norm.weight': counting(2) }),
    );
    expect(found.tensors.get(norm)?.name).toBe('norm.weight');
  });

  it('finds tensors that carry the prefix although the model does not name it', async () => {
    const head = { name: 'lm_head.weight', shape: [4, 2] };
    const found = matchWeights([head], await checkpoint({ 'model.lm_head.weight': counting(4, 2) }));
    expect(found.tensors.get(head)?.name).toBe('model.lm_head.weight');
  });

  it('takes an alias where the name itself is missing', async () => {
    const found = matchWeights([embed], await checkpoint({ 'lm_head.weight': counting(4, 2) }));
    expect(found.tensors.get(embed)?.name).toBe('lm_head.weight');
    expect(found.warnings).toEqual([]);
  });

  it('gives parts of a stored tensor in the shape asked for', async () => {
    const stored = [6, 2];
    const matrix = { name: 'qkv.weight', shape: [2, 2], stored, firstRow: 4 };
    const vector = { name: 'qkv.bias', shape: [2], stored: [6], firstRow: 2 };
    const unfolded = { name: 'conv.weight', shape: [2, 4], stored: [2, 1, 2, 2] };
    const found = matchWeights(
      [matrix, vector, unfolded],
      await checkpoint({
        'qkv.weight': counting(...stored),
        'qkv.bias': counting(6),
        'conv.weight': counting(2, 1, 2, 2),
      }),
    );
    const read = async (spec: typeof matrix | typeof vector | typeof unfolded, rows: number) => {
      const tensor = found.tensors.get(spec)!;
      expect(tensor.shape).toEqual(spec.shape);
      return [...toFloat32(await readRows(tensor, 0, rows), tensor.dtype)];
    };
    expect(await read(matrix, 2)).toEqual([8, 9, 10, 11]);
    expect(await read(vector, 1)).toEqual([2, 3]);
    expect(await read(unfolded, 2)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(found.warnings).toEqual([]);
  });

  it('warns of a tied head that is stored all the same', async () => {
    const found = matchWeights(
      [embed],
      await checkpoint({ [embed.name]: counting(4, 2), 'lm_head.weight': counting(4, 2) }),
    );
    expect(found.tensors.get(embed)?.name).toBe(embed.name);
    expect(found.warnings).toEqual([
      'The checkpoint stores "lm_head.weight" beside "model.embed_tokens.weight", with which it is tied; it was left out.',
    ]);
  });

  it('warns of tensors the model does not use, but not of recomputed buffers', async () => {
    const found = matchWeights(
      [norm],
      await checkpoint({
        [norm.name]: counting(2),
        'model.layers.0.self_attn.rotary_emb.inv_freq': counting(3),
        'h.0.attn.masked_bias': counting(1),
        'vision.weight': counting(1),
      }),
    );
    expect(found.warnings).toEqual(['The model does not use 1 of the checkpoint\'s tensors: "vision.weight".']);
  });

  it('lists all missing and misshapen tensors in one error', async () => {
    const tensors = await checkpoint({ [norm.name]: counting(3) });
    expect(() => matchWeights([embed, norm], tensors)).toThrow(
      /"model\.embed_tokens\.weight" \[4, 2\] is missing; "model\.norm\.weight" is \[3\] instead of \[2\]/,
    );
  });

  it('lists twelve problems and counts the rest', async () => {
    const specs = Array.from({ length: 20 }, (_, layer) => ({ name: `layers.${layer}.w`, shape: [1] }));
    const tensors = await checkpoint({});
    expect(() => matchWeights(specs, tensors)).toThrow(/"layers\.11\.w" \[1\] is missing; and 8 more\./);
  });

  it('refuses a dtype it does not compute with, by tensor and dtype', async () => {
    const tensors = await checkpoint({ [norm.name]: { dtype: 'I8', shape: [2], bytes: new Uint8Array(2) } });
    expect(() => matchWeights([norm], tensors)).toThrow(
      expect.objectContaining({
        name: 'UnsupportedError',
        message: expect.stringMatching(/"model\.norm\.weight".*stored as I8/),
      }),
    );
  });
});
