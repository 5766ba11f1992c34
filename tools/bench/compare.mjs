// Our engine beside onnxruntime's WebGPU provider, by turns on one adapter: the same shape, int4 in groups of 32, the same
// tokens. Each measurement is a process of its own; ratios are medians over rounds, so that what else runs on the machine
// slows both alike. `node tools/bench/compare.mjs --help` lists the options, docs/benchmarks.md says what is measured.
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { environmentFor, loadBefore } from './machine.mjs';

const usage = `node tools/bench/compare.mjs [--shape smollm2-135m|llama-3.2-1b] [--quantize int4] [--prefill T] [--decode N]
  [--rounds N] [--runs N] [--adapter lavapipe|default] [--json]
Without VK_ICD_FILENAMES both sides get lavapipe; --adapter default leaves the choice to Vulkan.`;

const folder = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(folder));
const given = readArguments();
if (given.help) {
  console.log(usage);
  process.exit(0);
}
const sizes = ['--shape', given.shape, '--prefill', given.prefill, '--decode', given.decode, '--runs', given.runs];
const env = environmentFor(given.adapter);

/** What onnxruntime can be told; the fastest of these is what we compare with. */
const variants = [
  { name: 'head in int4', flags: [] },
  { name: 'head in int4, bounds checks as in browsers', flags: ['--robust'] },
  { name: 'head in int4, accuracy level 4 (int8 activations)', flags: ['--accuracy-level', '4'] },
  { name: 'head in int8, as ours', flags: ['--head-bits', '8'] },
];
const contestants = [
  {
    name: `attnlrp-webgpu, ${given.quantize}`,
    // Explanations are not compared; one token of them costs least.
    command: ['tools/run.mjs', 'bench', ...sizes, '--quantize', given.quantize, '--explain', '1', '--json'],
  },
  ...variants.map(({ name, flags }) => ({
    name: `onnxruntime, ${name}`,
    command: [join(folder, 'ort.mjs'), ...sizes, ...flags],
  })),
];

const busy = loadBefore();
const rounds = [];
for (let round = 1; round <= Number(given.rounds); round++)
  rounds.push(
    contestants.map(({ name, command }) => {
      process.stderr.write(`Round ${round} of ${given.rounds}: ${name}\n`);
      return measure(command);
    }),
  );

const summary = contestants.map(({ name }, index) => ({
  name,
  prefill: median(rounds.map((round) => round[index].prefill.tokensPerSecond)),
  decode: median(rounds.map((round) => round[index].decode.tokensPerSecond)),
}));
const result = {
  date: new Date().toISOString().slice(0, 10),
  adapter: rounds[0][0].adapter,
  cpu: `${cpus()[0].model}, ${availableParallelism()} cores`,
  shape: given.shape,
  quantize: given.quantize,
  tokens: { prefill: Number(given.prefill), decode: Number(given.decode) },
  rounds: rounds.length,
  runs: Number(given.runs),
  loadBefore: busy,
  onnxruntimeVersion: rounds[0][1].version,
  tokensPerSecond: { ours: summary[0], onnxruntime: summary.slice(1) },
  ratios: { prefill: ratio('prefill'), decode: ratio('decode') },
};
process.stdout.write(given.json ? `${JSON.stringify(result)}\n` : `${describe(result)}\n`);

/** Ours against whichever variant of onnxruntime was fastest in the same round; the median of the rounds. */
function ratio(phase) {
  return median(
    rounds.map(([ours, ...theirs]) => {
      const best = Math.max(...theirs.map((each) => each[phase].tokensPerSecond));
      return ours[phase].tokensPerSecond / best;
    }),
  );
}

function measure(command) {
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: root, env, encoding: 'utf8' });
  if (status === 0) return JSON.parse(stdout);
  process.stderr.write(stderr);
  process.stderr.write(`node ${command.join(' ')} failed (see above).\n`);
  return process.exit(1);
}

function readArguments() {
  const text = (value) => ({ type: 'string', default: value });
  const options = {
    shape: text('smollm2-135m'),
    quantize: text('int4'),
    prefill: text('64'),
    decode: text('16'),
    rounds: text('5'),
    runs: text('3'),
    adapter: text('lavapipe'),
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  };
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return fail(error.message);
  }
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n${usage}\n`);
  process.exit(2);
}

function describe({ adapter, cpu, shape, tokens, onnxruntimeVersion, ratios }) {
  const line = ({ name, prefill, decode }) =>
    `${name.padEnd(62)} ${prefill.toFixed(1).padStart(9)} ${decode.toFixed(2).padStart(9)}`;
  return [
    `${shape}, prefill ${tokens.prefill}, decode ${tokens.decode}, on ${adapter} (${cpu}); onnxruntime ${onnxruntimeVersion}`,
    `${'tokens per second'.padEnd(62)} ${'prefill'.padStart(9)} ${'decode'.padStart(9)}`,
    ...summary.map(line),
    `${'ours / fastest onnxruntime'.padEnd(62)} ${ratios.prefill.toFixed(2).padStart(9)} ${ratios.decode.toFixed(2).padStart(9)}`,
  ].join('\n');
}

function median(all) {
  return all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)];
}
