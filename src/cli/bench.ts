// `npm run bench`: prefill, decode and explanation of a real model shape with random weights, on this machine's adapter.
import { parseArgs } from 'node:util';
import { measure, type ExplainSpeed, type Measurement, type Speed } from '../bench/measure.ts';
import { randomModel, shapes } from '../bench/shapes.ts';
import { Gpu } from '../engine/gpu.ts';
import { createNodeGpu } from '../platform/node-gpu.ts';

const usage = `npm run bench -- [--shape ${Object.keys(shapes).join('|')}] [--quantize none] [--prefill T] [--decode N] [--explain T] [--runs N] [--json]`;

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
        prefill: { ...text, default: '64' },
        decode: { ...text, default: '16' },
        explain: { ...text, default: '64' },
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
const config = shapes[given.shape];
if (!config) fail(`There is no shape "${given.shape}".`);
if (given.quantize !== 'none') fail(`--quantize ${given.quantize} is not there yet: weights are computed as stored.`);
const count = (name: 'prefill' | 'decode' | 'explain' | 'runs'): number => {
  const value = Number(given[name]);
  if (!Number.isInteger(value) || value < 1 || value > 1024) fail(`--${name} takes a whole number from 1 to 1024.`);
  return value;
};
const sizes = { prefill: count('prefill'), decode: count('decode'), explain: count('explain'), runs: count('runs') };

const gpu = await Gpu.create(await createNodeGpu()).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
process.stderr.write(`Measuring on ${gpu.description.name}\n`);
const measured = await measure(await randomModel(gpu, config), sizes);
const adapter = gpu.description.name;
const result = { adapter, shape: given.shape, quantize: given.quantize, ...measured };
process.stdout.write(given.json ? `${JSON.stringify(result)}\n` : describe(measured), () => process.exit(0));

function describe({ prefill, decode, explain, bytes }: Measurement): string {
  const megabytes = (count: number): string => `${(count / 1e6).toFixed(1)} MB`;
  const speed = ({ tokens, seconds, tokensPerSecond }: Speed): string =>
    `${tokens} tokens in ${seconds.toFixed(3)} s, ${tokensPerSecond.toFixed(1)} tokens/s`;
  const explained = ({ seconds, ratioToPrefill, peakBytes }: ExplainSpeed): string =>
    `${explain.tokens} tokens in ${seconds.toFixed(3)} s, ${ratioToPrefill.toFixed(2)} times their prefill, peak ${megabytes(peakBytes)}`;
  return [
    `${given.shape}, weights as stored (F16), on ${adapter}`,
    `prefill               ${speed(prefill)}`,
    `decode                ${speed(decode)}, ${decode.dispatchesPerToken.toFixed(0)} dispatches per token`,
    `                      ${decode.buffersCreated} buffers and ${decode.bindGroupsCreated} bind groups made meanwhile`,
    `explain, checkpoints  ${explained(explain)}`,
    `explain, keep all     ${explained(explain.keepAll)}`,
    `weights ${megabytes(bytes.weights)}, key/value cache ${megabytes(bytes.cache)}`,
    '',
  ].join('\n');
}
