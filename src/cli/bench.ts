// `npm run bench`: a real model shape with random weights, timed on this machine's adapter. Of a language model prefill,
// decode and explanation; of a vision transformer the forward pass and explanations by recipe; or single kernels.
import { describeGrowth, describeSweep } from '../bench/describe-sweeps.ts';
import { describeImages, describeText } from '../bench/describe.ts';
import { isLinear, measureGrowth } from '../bench/growth.ts';
import { imageModelOf, imageShapes, loadRandomImageModel } from '../bench/image-shapes.ts';
import { kernelShapesOf } from '../bench/kernels/kernel-shapes.ts';
import { sweepKernels } from '../bench/kernels/sweep-kernels.ts';
import { LayerDispatches } from '../bench/layer-dispatches.ts';
import { measureImages } from '../bench/measure-image.ts';
import { measure } from '../bench/measure.ts';
import { checkText, checkWeights, type Room } from '../bench/room.ts';
import { loadRandom, modelOf, shapes } from '../bench/shapes.ts';
import { Gpu } from '../engine/gpu.ts';
import { createNodeGpu } from '../platform/node-gpu.ts';
import { recipes } from '../quantise/recipes.ts';
import { WrongUsage } from './arguments.ts';
import { readBenchOptions, usage, type BenchOptions } from './bench-options.ts';

interface Outcome {
  /** What --json prints besides adapter and shape. */
  readonly figures: object;
  readonly lines: readonly string[];
  /** A sentence where something is wrong with the result. */
  readonly fault?: string | undefined;
}

const grownTokens = [128, 256, 512, 1024];

try {
  process.exitCode = await bench(readBenchOptions(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof WrongUsage) process.stderr.write(usage);
  process.exitCode = error instanceof WrongUsage ? 2 : 1;
}
// Dawn's event loop would keep the process alive.
process.stdout.write('', () => process.exit());

async function bench(options: BenchOptions): Promise<number> {
  if (options.what === 'help') {
    process.stdout.write(usage);
    return 0;
  }
  const gpu = await Gpu.create(await createNodeGpu({ exactTimestamps: true }));
  const { name: adapter } = gpu.description;
  process.stderr.write(`Measuring on ${adapter}\n`);
  const { figures, lines, fault } = await outcomeOf(gpu, options);
  const { shape, quantize, layers } = options;
  const weights =
    options.what === 'kernels' ? 'kernels' : quantize === 'none' ? 'weights in F16' : `weights in ${quantize}`;
  const title = `${shape}${layers === null ? '' : ` (${layers} layers)`}, ${weights}, on ${adapter}`;
  const json = { adapter, shape, quantize, ...(layers === null ? {} : { layers }), ...figures };
  process.stdout.write(options.json ? `${JSON.stringify(json)}\n` : [title, '', ...lines, ''].join('\n'));
  if (fault !== undefined) process.stderr.write(`${fault}\n`);
  return fault === undefined ? 0 : 1;
}

async function outcomeOf(gpu: Gpu, options: BenchOptions): Promise<Outcome> {
  const { what, shape, runs } = options;
  const config = shapes[shape] ?? imageShapes[shape]!;
  if (what === 'kernels') {
    const model = Object.hasOwn(shapes, shape) ? modelOf(config) : imageModelOf(config);
    const note = (each: object): void => void process.stderr.write(`${Object.values(each).slice(0, 3).join(', ')}\n`);
    const results = await sweepKernels(gpu, kernelShapesOf(config, model), runs, note);
    const agree = results.every(({ agrees }) => agrees);
    const fault = agree ? undefined : 'Some kernels differ from their plain versions (see the table).';
    return { figures: { kernels: results }, lines: describeSweep(results), fault };
  }
  const recipe = recipes[options.quantize];
  const room: Room = { bytes: gpu.description.software ? 0.9 * process.availableMemory() : Infinity, shape, recipe };
  if (what === 'image') {
    const model = imageModelOf(config, options.layers);
    checkWeights(room, model);
    const measured = await measureImages(await loadRandomImageModel(gpu, model, recipe), runs);
    return { figures: measured, lines: describeImages(measured) };
  }
  const layers = new LayerDispatches(gpu);
  const model = layers.watchModel(modelOf(config, options.layers));
  checkWeights(room, model);
  const longest = what === 'growth' ? Math.max(...grownTokens) : Math.max(options.prefill, options.explain);
  await checkText(room, model, longest, gpu.device.limits);
  const loaded = await loadRandom(gpu, model, recipe);
  if (what === 'growth') {
    const growth = await measureGrowth(loaded, grownTokens, runs);
    const fault = isLinear(growth) ? undefined : 'Memory does not grow in proportion to the text (see the table).';
    return { figures: { growth }, lines: describeGrowth(growth), fault };
  }
  const measured = await measure(loaded, layers, options);
  return { figures: measured, lines: describeText(measured) };
}
