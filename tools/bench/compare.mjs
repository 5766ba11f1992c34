// Our engine beside onnxruntime's WebGPU provider, by turns on one adapter: the same shape, the same tokens, and always int4
// in groups of 32, since a ratio to another format would say nothing. Each measurement is a process of its own; ratios are medians over rounds, so that what else runs on the machine
// slows both alike. `node tools/bench/compare.mjs --help` lists the options, docs/benchmarks.md says what is measured.
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { count, oneOf, readFlags, yes } from './flags.mjs';
import { environmentFor, loadBefore, median } from './machine.mjs';
import { longestDecode, longestPrefill, shapes } from './shapes.mjs';

const usage = `node tools/bench/compare.mjs [--shape ${Object.keys(shapes).join('|')}] [--prefill T] [--decode N]
  [--rounds N] [--runs N] [--adapter lavapipe|default] [--json]
Both sides have weights in int4. Without VK_ICD_FILENAMES both sides get lavapipe; --adapter default leaves the choice to Vulkan.`;

const folder = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(folder));
const given = readFlags(usage, {
  shape: oneOf(Object.keys(shapes)),
  prefill: count(64, longestPrefill),
  decode: count(16, longestDecode),
  rounds: count(5),
  runs: count(3),
  adapter: oneOf(['lavapipe', 'default']),
  json: yes,
});
const { shape, prefill, decode, runs } = given;
const sizes = Object.entries({ shape, prefill, decode, runs }).flatMap(([name, value]) => [`--${name}`, String(value)]);
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
    name: 'attnlrp-webgpu, int4',
    // Explanations are not compared; one token of them costs least.
    command: ['tools/run.mjs', 'bench', ...sizes, '--quantize', 'int4', '--explain', '1', '--json'],
  },
  ...variants.map(({ name, flags }) => ({
    name: `onnxruntime, ${name}`,
    command: [join(folder, 'ort.mjs'), ...sizes, ...flags],
  })),
];

const busy = loadBefore();
const rounds = [];
for (let round = 1; round <= given.rounds; round++)
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
  shape,
  quantize: 'int4',
  tokens: { prefill, decode },
  rounds: rounds.length,
  runs,
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
