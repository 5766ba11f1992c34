// Times onnxruntime alone, one JSON object on the standard output.
import { count, oneOf, readFlags, yes } from './flags.mjs';
import { median } from './machine.mjs';
import { longestDecode, longestPrefill, shapes } from './shapes.mjs';

const usage = `node tools/bench/ort.mjs [--shape ${Object.keys(shapes).join('|')}] [--prefill T] [--decode N] [--runs N] [--layers N]
  [--accuracy-level 0|4] [--head-bits 4|8] [--separate] [--robust]`;
const values = readFlags(usage, {
  shape: oneOf(Object.keys(shapes)),
  prefill: count(64, longestPrefill),
  decode: count(16, longestDecode),
  runs: count(5),
  'accuracy-level': oneOf(['0', '4']),
  'head-bits': oneOf(['4', '8']),
  /** Fewer layers than the shape has, to try things. */
  layers: count(null),
  /** Three products for query, key and value, which onnxruntime fuses itself, instead of one. */
  separate: yes,
  /** Checks array bounds in kernels, as a browser always does. */
  robust: yes,
});
// Flags are read before onnxruntime is asked for.
const { env, OrtModel } = await import('./ort-model.mjs');

/** As src/bench/text-work.ts has it: what is decoded follows on this many tokens. */
const decodePrompt = 8;
const { prefill, decode, runs } = values;
const shape = shapes[values.shape];
const layers = values.layers ?? shape.layers;
const variant = {
  packed: !values.separate,
  accuracyLevel: Number(values['accuracy-level']),
  headBits: Number(values['head-bits']),
  robustness: values.robust,
};
const capacity = 64 * Math.ceil(Math.max(prefill, decodePrompt + decode) / 64);
const model = await OrtModel.create({ ...shape, layers }, variant, capacity);

const ids = Array.from({ length: prefill }, (_, index) => (31 + index * 7) % shape.vocabulary);
await checkCache();
const timings = [];
// The first run compiles kernels and does not count.
for (let run = 0; run <= runs; run++) timings.push({ prefill: await timePrefill(), decode: await timeDecode() });
const counted = timings.slice(1);
const result = {
  version: env.versions.node,
  shape: values.shape,
  layers,
  ...variant,
  prefill: speed(prefill, median(counted.map((timing) => timing.prefill.seconds))),
  decode: speed(decode, median(counted.map((timing) => timing.decode.seconds))),
};
for (const { prefill, decode } of timings)
  if (prefill.token !== timings[0].prefill.token || decode.tokens.join() !== timings[0].decode.tokens.join())
    throw new Error('onnxruntime chose other tokens for the same text: its results are not to be trusted.');
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));

async function timePrefill() {
  const start = performance.now();
  const { token } = await model.step(ids, 0);
  return { token, seconds: (performance.now() - start) / 1000 };
}

async function timeDecode() {
  let { token } = await model.step(ids.slice(0, decodePrompt), 0);
  const tokens = [token];
  const start = performance.now();
  for (let count = 0; count < decode; count++) {
    ({ token } = await model.step([token], decodePrompt + count));
    tokens.push(token);
  }
  return { tokens, seconds: (performance.now() - start) / 1000 };
}

/**
 * A text at once and the same text with its last token in a step of its own: other kernels, the same logits. A short
 * text, because from 32 tokens on onnxruntime 1.30 takes a FlashAttention kernel whose results on lavapipe (subgroups of
 * 8) are off by percents, against its own CPU provider too; that is not for us to judge here.
 */
async function checkCache() {
  const short = ids.slice(0, 24);
  const { logits: whole } = await model.step(short, 0);
  await model.step(short.slice(0, -1), 0);
  const { logits: stepped } = await model.step(short.slice(-1), short.length - 1);
  const largest = whole.reduce((most, logit) => Math.max(most, Math.abs(logit)), 0);
  const difference = whole.reduce((most, logit, index) => Math.max(most, Math.abs(logit - stepped[index])), 0);
  // f32 sums in another order differ by about 1e-6; activations in int8 sometimes round to another neighbour.
  const tolerance = variant.accuracyLevel === 4 ? 2e-2 : 1e-4;
  if (!(difference < tolerance * largest))
    throw new Error(
      `Logits at once and stepwise differ by ${difference} of ${largest}: the graph or its cache is wrong.`,
    );
}

function speed(tokens, seconds) {
  return { tokens, seconds, tokensPerSecond: tokens / seconds };
}
