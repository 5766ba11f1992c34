import { expect, it } from 'vitest';
import { useGpu } from '../engine/gpu.test-helper.ts';
import type { JsonObject } from '../models/model.ts';
import { bench } from './bench-command.ts';
import { readBenchOptions } from './bench-options.ts';

const gpu = useGpu();
/** A software driver takes seconds to compile each kernel the first time it meets it. */
const compiling = 300_000;

/** What `npm run bench -- WORDS --json` prints, of a shape that is smaller than its name says. */
async function printed(words: string, smaller: JsonObject): Promise<unknown> {
  const out: string[] = [];
  const notes: string[] = [];
  const options = readBenchOptions([...words.split(' '), '--json'])!;
  const config = { ...options.config, ...smaller };
  const before = gpu().pool.liveBytes;
  const context = {
    gpu: gpu(),
    out: (text: string) => void out.push(text),
    note: (line: string) => void notes.push(line),
  };
  expect(await bench({ ...options, config }, context)).toBe(0);
  expect(gpu().pool.liveBytes).toBe(before);
  expect(notes[0]).toBe(`Measuring on ${gpu().description.name}`);
  // One object on one line, and nothing else.
  expect(out.join('')).toMatch(/^\{.*\}\n$/);
  return JSON.parse(out.join(''));
}

// Heads as in other tests of the benchmark, whose kernels drivers have met.
const text = {
  hidden_size: 64,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  intermediate_size: 96,
  vocab_size: 320,
};
const image = { hidden_size: 48, intermediate_size: 64, image_size: 32 };

const positive = expect.toSatisfy((value) => Number.isFinite(value) && value > 0, 'is finite and positive');
const speedOf = (tokens: number) => expect.objectContaining({ tokens, seconds: positive, tokensPerSecond: positive });
const explained = { seconds: positive, ratioToPrefill: positive };
const explainedWith = (more: object) => expect.objectContaining({ ...explained, ...more, keepAll: expect.objectContaining(explained) }); // prettier-ignore

it(
  'prints what a language model takes',
  async () => {
    const words = '--shape tiny-2m --layers 1 --runs 1 --quantize int4 --prefill 3 --decode 1 --explain 2 --targets 2';
    expect(await printed(words, text)).toMatchObject({
      adapter: gpu().description.name,
      shape: 'tiny-2m',
      quantize: 'int4',
      layers: 1,
      prefill: speedOf(3),
      decode: speedOf(1),
      explain: explainedWith({ tokens: 2, several: expect.objectContaining({ targets: 2, seconds: positive }) }),
    });
  },
  compiling,
);

it(
  'prints what a vision transformer takes',
  async () => {
    expect(await printed('--shape vit-tiny-16 --layers 1 --runs 1', image)).toMatchObject({
      adapter: gpu().description.name,
      shape: 'vit-tiny-16',
      quantize: 'none',
      layers: 1,
      prefill: speedOf(5),
      explain: explainedWith({ tokens: 5 }),
    });
  },
  compiling,
);
