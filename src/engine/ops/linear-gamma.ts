// The γ-rule of a linear layer: its forward is that of linear.ts, its relevance emphasises what agrees with the output.
import source from '#shaders/linear-gamma.wgsl?raw';
import { kernel, shader, type Kernel } from '../kernel.ts';
import type { RelevanceContext } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { vectorOf, weightFormats, type Weight, type WeightFormat } from '../weight.ts';

const shaders = Object.fromEntries(
  Object.entries(weightFormats).map(([format, { library }]) => [
    format,
    shader(`linear-gamma.wgsl (${format})`, source, library),
  ]),
) as Record<WeightFormat, ReturnType<typeof shader>>;

const kernelFor = (weight: Weight, entry: string): Kernel => kernel(shaders[weight.format], entry);

/** Tokens and columns that a workgroup makes, as linear-gamma.wgsl states. */
const tile = { tokens: 8, columns: 128 };

/** g [rows, out] → the multiplier of x [rows, in]; books what the bias keeps. */
export function gammaRelevance(
  { gpu, ledger }: RelevanceContext,
  g: Tensor,
  x: Tensor,
  { weight, bias, gamma }: { readonly weight: Weight; readonly bias?: Weight | undefined; readonly gamma: number },
): Tensor {
  const { rows } = x;
  const m = gpu.allocate(rows, weight.rows, `${weight.name} gamma`);
  const z = gpu.allocate(rows, weight.rows, `${weight.name} output`);
  const biasShare = gpu.allocate(rows, weight.rows, `${weight.name} bias share`);
  const tokenTiles = Math.ceil(rows / tile.tokens);
  const shared = { rows, octets: weight.octets, stride: weight.rows, gamma, has_bias: bias ? 1 : 0 };
  for (const { firstRow, rows: count, storage } of weight.shards) {
    const inputs = { x: x.storage, bias: bias ? vectorOf(bias) : x.storage, g_y: g.storage, weight_words: storage };
    const outputs = { m_out: m.storage, z_out: z.storage, bias_out: biasShare.storage };
    const params = { ...shared, inner: weight.columns, outer: count, offset: firstRow, accumulate: 0 };
    const grid = [Math.ceil(count / tile.columns), tokenTiles] as const;
    gpu.run(kernelFor(weight, 'prepare'), { ...inputs, ...outputs }, params, grid);
  }
  if (bias) ledger?.bookAbsorbed('biases', { storage: biasShare.storage, shared: false }, m, 1);
  const g_x = gpu.allocate(rows, weight.columns, `${weight.name} relevance`);
  weight.shards.forEach(({ firstRow, rows: count, storage }, index) => {
    const buffers = { x: x.storage, m: m.storage, z: z.storage, g_x: g_x.storage, weight_words: storage };
    const params = { ...shared, inner: count, outer: weight.columns, offset: firstRow, accumulate: index > 0 ? 1 : 0 };
    const grid = [Math.ceil(weight.columns / tile.columns), tokenTiles] as const;
    gpu.run(kernelFor(weight, 'relevance'), buffers, params, grid);
  });
  return g_x;
}
