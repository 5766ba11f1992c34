// The tools beside `npm run bench` read their flags as strictly as it does: before anything is measured.
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

function run(words: string) {
  const [tool, ...flags] = words.split(' ');
  return spawnSync(process.execPath, [`tools/bench/${tool}.mjs`, ...flags], { encoding: 'utf8' });
}

test.each([
  ['compare --rounds 0', '--rounds 0: expected a whole number from 1.'],
  ['compare --rounds 1e3', '--rounds 1e3: expected a whole number from 1.'],
  ['compare --quantize int8', "Unknown option '--quantize'"],
  ['compare --shape toString', '--shape toString: expected smollm2-135m, llama-3.2-1b.'],
  ['tables --speed', "Unknown option '--speed'"],
  ['tables --only toString', '--only toString: expected some of compare,speed,long,growth,kernels,image.'],
  ['tables --only speed,', '--only speed,: expected some of compare,speed,long,growth,kernels,image.'],
  ['ort --prefill 2049', '--prefill 2049: expected a whole number from 1 to 2048.'],
])('calls "%s" wrong usage, in a line', (words, line) => {
  const { status, stdout, stderr } = run(words);
  expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: `${line}\n` });
});

test.each(['compare', 'tables', 'ort'])('helps with %s, whatever else is asked', (tool) => {
  const { status, stdout, stderr } = run(`${tool} --help --runs 0`);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(new RegExp(`^node tools/bench/${tool}.mjs `));
});
