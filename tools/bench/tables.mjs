// Every table of docs/benchmarks.md, measured now and written as Markdown to the standard output:
// node tools/bench/tables.mjs > tables.md. Each measurement is a process of its own; nothing else should run meanwhile.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { count, oneOf, readFlags, someOf, text } from './flags.mjs';
import { environmentFor, loadBefore } from './machine.mjs';

const folder = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(folder));
const sections = {
  compare: () => comparison(),
  speed: () => bench('Reading, writing and explaining 64 tokens', [...model, '--targets', '8', ...runs]),
  long: () =>
    bench('Reading and explaining 256 tokens', [...model, '--prefill', '256', '--explain', '256', '--runs', '3']),
  growth: () => bench('How explanations grow with the text', ['--growth', ...model]),
  kernels: () => bench('Single kernels', ['--kernels', '--shape', given.shape, ...runs]),
  image: () => bench('Images', ['--shape', given.image, '--runs', '1']),
};
const usage = `node tools/bench/tables.mjs [--shape NAME] [--image NAME] [--quantize none|int8|int4] [--runs N] [--rounds N]
  [--adapter lavapipe|default] [--only ${Object.keys(sections).join(',')}]
Shapes are those of npm run bench; --rounds are those of the comparison, which is of int4 whatever --quantize says.`;
const given = readFlags(usage, {
  shape: text('smollm2-135m'),
  image: text('vit-b-16'),
  quantize: oneOf(['none', 'int8', 'int4'], 'int4'),
  runs: count(5),
  rounds: count(5),
  adapter: oneOf(['lavapipe', 'default']),
  only: someOf(Object.keys(sections)),
});
const model = ['--shape', given.shape, '--quantize', given.quantize];
const runs = ['--runs', String(given.runs)];

const busy = loadBefore();
const date = new Date().toISOString().slice(0, 10);
console.log(
  `Measured on ${date}: ${cpus()[0].model}, ${availableParallelism()} cores, load ${busy.toFixed(1)} before.\n`,
);
for (const name of given.only) sections[name]();

function bench(title, words) {
  console.log(`## ${title}\n\n\`npm run --silent bench -- ${words.join(' ')}\`\n`);
  console.log(output(['tools/run.mjs', 'bench', ...words]));
}

function comparison() {
  const words = ['--shape', given.shape, '--rounds', String(given.rounds), '--adapter', given.adapter];
  console.log(`## Beside onnxruntime\n\n\`node tools/bench/compare.mjs ${words.join(' ')}\`\n`);
  if (!existsSync(join(folder, 'node_modules', 'onnxruntime-node'))) {
    process.stderr.write('onnxruntime is not installed: run `npm ci --ignore-scripts` in tools/bench.\n');
    process.exit(1);
  }
  const { adapter, onnxruntimeVersion, tokens, tokensPerSecond, ratios } = JSON.parse(
    output([join(folder, 'compare.mjs'), ...words, '--json']),
  );
  const row = ({ name, prefill, decode }) => `| ${name} | ${prefill.toFixed(1)} | ${decode.toFixed(2)} |`;
  const rows = [tokensPerSecond.ours, ...tokensPerSecond.onnxruntime].map(row);
  const last = `| ours / fastest onnxruntime of each round | ${ratios.prefill.toFixed(2)} | ${ratios.decode.toFixed(2)} |`;
  console.log(`onnxruntime ${onnxruntimeVersion} on ${adapter}, tokens per second:\n`);
  console.log(`| | prefill (${tokens.prefill}) | decode (${tokens.decode}) |\n| --- | ---: | ---: |`);
  console.log(`${[...rows, last].join('\n')}\n`);
}

/** What a process writes to its standard output; the standard error passes through. */
function output(command) {
  const { status, stdout } = spawnSync(process.execPath, command, {
    cwd: root,
    env: environmentFor(given.adapter),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 26,
  });
  if (status === 0) return stdout;
  process.stderr.write(`node ${command.join(' ')} failed (see above).\n`);
  return process.exit(1);
}
