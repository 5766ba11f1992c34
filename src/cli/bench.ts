// `npm run bench`: a real model shape with random weights, timed on this machine's adapter. Of a language model prefill,
// decode and explanation; of a vision transformer the forward pass and explanations by recipe.
import { parseArgs } from 'node:util';
import { describeImages, describeText } from '../bench/describe.ts';
import { imageShapes, randomImageModel } from '../bench/image-shapes.ts';
import { measureImages } from '../bench/measure-image.ts';
import { measure } from '../bench/measure.ts';
import { randomModel, shapes } from '../bench/shapes.ts';
import { Gpu } from '../engine/gpu.ts';
import { recipes } from '../quantise/recipes.ts';
import { createNodeGpu } from '../platform/node-gpu.ts';

const formats = Object.keys(recipes).join('|');
const usage = `npm run bench -- [--shape ${Object.keys(shapes).join('|')}] [--quantize ${formats}] [--prefill T] [--decode N] [--explain T] [--runs N] [--json]
npm run bench -- --shape ${Object.keys(imageShapes).join('|')} [--quantize ${formats}] [--layers N] [--runs N] [--json]`;

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n${usage}\n`);
  process.exit(2);
}

function readArguments() {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      options: {
        shape: { ...text, default: 'tiny-2m' },
        quantize: { ...text, default: 'none' },
        prefill: text,
        decode: text,
        explain: text,
        layers: text,
        runs: { ...text, default: '5' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

const given = readArguments();
if (given.help) {
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}
type Count = 'prefill' | 'decode' | 'explain' | 'layers' | 'runs';
const count = (name: Count, text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 1024) fail(`--${name} takes a whole number from 1 to 1024.`);
  return value;
};
const refuse = (names: readonly Count[], kind: string): void => {
  for (const name of names) if (given[name] !== undefined) fail(`--${name} does not go with the shape of a ${kind}.`);
};

const recipe = Object.entries(recipes).find(([name]) => name === given.quantize)?.[1];
if (recipe === undefined) fail(`--quantize takes ${Object.keys(recipes).join(', ')}.`);
const { lines, ...result } = await measureShape(given.shape);
const described = [
  `${given.shape}, ${given.quantize === 'none' ? 'weights in F16' : `weights in ${given.quantize}`}, on ${result.adapter}`,
  ...lines,
  '',
].join('\n');
process.stdout.write(given.json ? `${JSON.stringify(result)}\n` : described, () => process.exit(0));

async function measureShape(shape: string) {
  const runs = count('runs', given.runs);
  const { quantize } = given;
  const [config, imageConfig] = [shapes[shape], imageShapes[shape]];
  if (config) {
    refuse(['layers'], 'language model');
    const sizes = {
      prefill: count('prefill', given.prefill ?? '64'),
      decode: count('decode', given.decode ?? '16'),
      explain: count('explain', given.explain ?? '64'),
      runs,
    };
    const gpu = await openGpu();
    const measured = await measure(await randomModel(gpu, config, recipe!), sizes);
    return { adapter: gpu.description.name, shape, quantize, ...measured, lines: describeText(measured) };
  }
  if (!imageConfig) return fail(`There is no shape "${shape}".`);
  refuse(['prefill', 'decode', 'explain'], 'vision transformer');
  const layers = given.layers === undefined ? null : count('layers', given.layers);
  const gpu = await openGpu();
  const measured = await measureImages(await randomImageModel(gpu, imageConfig, layers, recipe!), runs);
  return { adapter: gpu.description.name, shape, quantize, ...measured, lines: describeImages(measured) };
}

async function openGpu(): Promise<Gpu> {
  const gpu = await Gpu.create(await createNodeGpu()).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  process.stderr.write(`Measuring on ${gpu.description.name}\n`);
  return gpu;
}
