import { describe, expect, it } from 'vitest';
import { openCheckpoint } from './checkpoint.ts';
import { toFloat32 } from './decode.ts';
import { memorySource } from './memory-source.ts';
import { makeMlx } from './quantised/make-mlx.test-helper.ts';
import { counting, safetensors, utf8, type TestTensor } from './safetensors.test-helper.ts';
import { readRows } from './stored-tensor.ts';
import { matchWeights } from './weights.ts';

const checkpoint = (tensors: { readonly [name: string]: TestTensor }) =>
  openCheckpoint(memorySource(new Map([['model.safetensors', safetensors(tensors)]])));

const embed = { name: 'model.embed_tokens.weight', shape: [4, 2], aliases: ['lm_head.weight'] };
const norm = { name: 'model.norm.weight', shape: [2] };

describe('matchWeights', () => {
  it('finds tensors by name and says nothing more', async () => {
    const found = await matchWeights(
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
    const found = await matchWeights(
      [embed, norm],
      await checkpoint({ 'embed_tokens.weight': counting(4, 2), 'norm.weight': counting(2) }),
    );
    expect(found.tensors.get(norm)?.name).toBe('norm.weight');
  });

  it('finds tensors that carry the prefix although the model does not name it', async () => {
    const head = { name: 'lm_head.weight', shape: [4, 2] };
    const found = await matchWeights([head], await checkpoint({ 'model.lm_head.weight': counting(4, 2) }));
    expect(found.tensors.get(head)?.name).toBe('model.lm_head.weight');
  });

  it('takes an alias where the name itself is missing', async () => {
    const found = await matchWeights([embed], await checkpoint({ 'lm_head.weight': counting(4, 2) }));
    expect(found.tensors.get(embed)?.name).toBe('lm_head.weight');
    expect(found.warnings).toEqual([]);
  });

  it('gives parts of a stored tensor in the shape asked for', async () => {
    const stored = [6, 2];
    const matrix = { name: 'qkv.weight', shape: [2, 2], stored, firstRow: 4 };
    const vector = { name: 'qkv.bias', shape: [2], stored: [6], firstRow: 2 };
    const unfolded = { name: 'conv.weight', shape: [2, 4], stored: [2, 1, 2, 2] };
    const found = await matchWeights(
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
    const found = await matchWeights(
      [embed],
      await checkpoint({ [embed.name]: counting(4, 2), 'lm_head.weight': counting(4, 2) }),
    );
    expect(found.tensors.get(embed)?.name).toBe(embed.name);
    expect(found.warnings).toEqual([
      'The checkpoint stores "lm_head.weight" beside "model.embed_tokens.weight", with which it is tied; it was left out.',
    ]);
  });

  it('warns of tensors the model does not use, but not of recomputed buffers', async () => {
    const found = await matchWeights(
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
    await expect(matchWeights([embed, norm], tensors)).rejects.toThrow(
      /"model\.embed_tokens\.weight" \[4, 2\] is missing; "model\.norm\.weight" is \[3\] instead of \[2\]/,
    );
  });

  it('lists twelve problems and counts the rest', async () => {
    const specs = Array.from({ length: 20 }, (_, layer) => ({ name: `layers.${layer}.w`, shape: [1] }));
    const tensors = await checkpoint({});
    await expect(matchWeights(specs, tensors)).rejects.toThrow(/"layers\.11\.w" \[1\] is missing; and 8 more\./);
  });

  describe('in a quantised checkpoint', () => {
    const layer = makeMlx({ rows: 4, columns: 64 });
    const open = (tensors: { readonly [name: string]: TestTensor }) => {
      const files = new Map([
        ['model.safetensors', safetensors(tensors)],
        ['config.json', utf8(JSON.stringify(layer.config))],
      ]);
      return openCheckpoint(memorySource(files));
    };
    const { weight, scales, biases } = layer.tensors as { readonly [suffix: string]: TestTensor };
    const under = (base: string) => ({
      [`${base}.weight`]: weight!,
      [`${base}.scales`]: scales!,
      [`${base}.biases`]: biases!,
    });

    it('finds a tied table under either name, and one of two that are stored', async () => {
      const table = { name: 'model.embed_tokens.weight', shape: [4, 64], aliases: ['lm_head.weight'] };
      const first = await matchWeights([table], await open(under('lm_head')));
      expect([first.quantised.get(table)?.tensors[0]?.name, first.warnings]).toEqual(['lm_head.weight', []]);
      const both = await matchWeights([table], await open({ ...under('model.embed_tokens'), ...under('lm_head') }));
      expect(both.quantised.get(table)?.tensors[0]?.name).toBe('model.embed_tokens.weight');
      expect(both.warnings).toEqual([
        'The checkpoint stores "lm_head.weight" beside "model.embed_tokens.weight", with which it is tied; it was left out.',
      ]);
    });

    it("keeps a layer's own bias and the norms as they are", async () => {
      const projection = { name: 'model.layers.0.self_attn.q_proj.weight', shape: [4, 64] };
      const bias = { name: 'model.layers.0.self_attn.q_proj.bias', shape: [4] };
      const found = await matchWeights(
        [projection, bias, norm],
        // Without the prefix, as base models have it.
        await open({
          ...under('layers.0.self_attn.q_proj'),
          'layers.0.self_attn.q_proj.bias': counting(4),
          'norm.weight': counting(2),
        }),
      );
      expect([found.quantised.size, found.tensors.size, found.warnings]).toEqual([1, 2, []]);
      expect(found.quantised.get(projection)?.name).toBe(projection.name);
    });

    it('refuses a quantised layer that is part of a larger tensor', async () => {
      const part = { name: 'qkv.weight', shape: [4, 64], stored: [12, 64] };
      await expect(matchWeights([part], await open(under('qkv')))).rejects.toThrow(
        '"qkv" is stored quantised (MLX) and as part of a larger tensor. Supported: quantised layers of their own.',
      );
    });
  });

  it('refuses a dtype it does not compute with, by tensor and dtype', async () => {
    const tensors = await checkpoint({ [norm.name]: { dtype: 'I8', shape: [2], bytes: new Uint8Array(2) } });
    await expect(matchWeights([norm], tensors)).rejects.toThrow(
      expect.objectContaining({
        name: 'UnsupportedError',
        message: expect.stringMatching(/"model\.norm\.weight".*stored as I8/),
      }),
    );
  });
});
