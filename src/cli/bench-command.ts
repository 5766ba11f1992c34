// The benchmark as a command: a real model shape with random weights, timed on one adapter. Of a language model prefill,
// decode and explanation; of a vision transformer the forward pass and explanations by recipe; or single kernels.
import { describeGrowth, describeSweep } from '../bench/describe-sweeps.ts';
import { describeImages, describeText } from '../bench/describe.ts';
import { isLinear, measureGrowth } from '../bench/growth.ts';
import { imageModelOf, loadRandomImageModel } from '../bench/image-shapes.ts';
import { kernelShapesOf } from '../bench/kernels/kernel-shapes.ts';
import { sweepKernels } from '../bench/kernels/sweep-kernels.ts';
import { LayerDispatches } from '../bench/layer-dispatches.ts';
import { measureImages } from '../bench/measure-image.ts';
import { measure } from '../bench/measure.ts';
import { checkText, checkWeights, type Room } from '../bench/room.ts';
import { loadRandom, modelOf, shapes } from '../bench/shapes.ts';
import type { Gpu } from '../engine/gpu.ts';
import { recipes } from '../quantise/recipes.ts';
import type { BenchOptions } from './bench-options.ts';
import type { Terminal } from './terminal.ts';

export interface BenchContext extends Pick<Terminal, 'out' | 'note'> {
  readonly gpu: Gpu;
}

interface Outcome {
  /** What --json prints besides adapter and shape. */
  readonly figures: object;
  readonly lines: readonly string[];
  /** A sentence where something is wrong with the result. */
  readonly fault?: string | undefined;
}

const grownTokens = [128, 256, 512, 1024];

/** @returns the exit code. */
export async function bench(options: BenchOptions, context: BenchContext): Promise<number> {
  const { what, shape, quantize, layers } = options;
  const { name: adapter } = context.gpu.description;
  context.note(`Measuring on ${adapter}`);
  const { figures, lines, fault } = await outcomeOf(options, context);
  const weights = what === 'kernels' ? 'kernels' : quantize === 'none' ? 'weights in F16' : `weights in ${quantize}`;
  const kept = what === 'text' && options.cache !== 'f32' ? `, keys and values in ${options.cache}` : '';
  const title = `${shape}${layers === null ? '' : ` (${layers} layers)`}, ${weights}${kept}, on ${adapter}`;
  // Kernels are swept over all formats.
  const format = what === 'kernels' ? {} : { quantize, ...(what === 'text' && { cache: options.cache }) };
  const json = { adapter, shape, ...format, ...(layers === null ? {} : { layers }), ...figures };
  context.out(options.json ? `${JSON.stringify(json)}\n` : [title, '', ...lines, ''].join('\n'));
  if (fault !== undefined) context.note(fault);
  return fault === undefined ? 0 : 1;
}

async function outcomeOf(options: BenchOptions, { gpu, note }: BenchContext): Promise<Outcome> {
  const { what, shape, config, runs } = options;
  if (what === 'kernels') {
    const model = Object.hasOwn(shapes, shape) ? modelOf(config) : imageModelOf(config);
    const tell = (each: object): void => note(Object.values(each).slice(0, 3).join(', '));
    const results = await sweepKernels(gpu, kernelShapesOf(config, model), runs, tell);
    const agree = results.every(({ agrees }) => agrees);
    const fault = agree ? undefined : 'Some kernels differ from their plain versions (see the table).';
    return { figures: { kernels: results }, lines: describeSweep(results), fault };
  }
  const recipe = recipes[options.quantize];
  const room: Room = { bytes: gpu.description.software ? 0.9 * process.availableMemory() : Infinity, shape, recipe };
  if (what === 'image') {
    const model = imageModelOf(config, options.layers);
    checkWeights(room, model);
    const loaded = await loadRandomImageModel(gpu, model, recipe);
    const measured = await measureImages(loaded, runs).finally(() => loaded.weights.destroy());
    return { figures: measured, lines: describeImages(measured) };
  }
  const layers = new LayerDispatches(gpu);
  const model = layers.watchModel(modelOf(config, options.layers));
  checkWeights(room, model);
  const { prefill, decode, explain } = options;
  const sizes = what === 'growth' ? { growth: Math.max(...grownTokens) } : { prefill, decode, explain };
  await checkText(room, model, sizes, gpu);
  const loaded = await loadRandom(gpu, model, recipe, options.cache);
  try {
    if (what === 'growth') {
      const growth = await measureGrowth(loaded, grownTokens, runs);
      const fault = isLinear(growth) ? undefined : 'Memory does not grow in proportion to the text (see the table).';
      return { figures: { growth }, lines: describeGrowth(growth), fault };
    }
    const measured = await measure(loaded, layers, options);
    return { figures: measured, lines: describeText(measured) };
  } finally {
    loaded.destroy();
  }
}
