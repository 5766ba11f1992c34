// The flags of `npm run bench`, read strictly.
import { imageShapes } from '../bench/image-shapes.ts';
import { modelOf, shapes } from '../bench/shapes.ts';
import { aroundDecode } from '../bench/text-work.ts';
import type { JsonObject } from '../models/model.ts';
import { recipes } from '../quantise/recipes.ts';
import { cacheFormats, type CacheFormat } from '../session/cache-format.ts';
import { readArguments, WrongUsage, type Options, type Values } from './arguments.ts';

type Quantize = keyof typeof recipes;
const formats = Object.keys(recipes) as Quantize[];

export const usage = `npm run --silent bench -- [--shape NAME] [--quantize ${formats.join('|')}] [--prefill T] [--decode N] [--explain T] [--targets N] [--cache f32|f16] [--layers N] [--runs N] [--json]
  Reading, writing and explaining with a language model; --prefill, --decode and --explain say how many tokens.
  --targets explains so many of that text's tokens at once, besides. --cache is how keys and values are kept (f32).
npm run --silent bench -- --shape NAME [--quantize …] [--layers N] [--runs N] [--json]
  A forward pass and explanations with a vision transformer.
npm run --silent bench -- --growth [--shape NAME] [--quantize …] [--layers N] [--runs N] [--json]
  Memory and time of explanations of 128, 256, 512 and 1024 tokens.
npm run --silent bench -- --kernels [--shape NAME] [--runs N] [--json]
  Single kernels with the sizes of that shape, against plain versions of them.
Language models: ${Object.keys(shapes).join(', ')}.
Vision transformers: ${Object.keys(imageShapes).join(', ')}.
Weights are random; without --quantize they are F16. Timings are medians of the runs.
`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const options: Options = {
  shape: text,
  quantize: text,
  prefill: text,
  decode: text,
  explain: text,
  targets: text,
  cache: text,
  layers: text,
  runs: text,
  growth: flag,
  kernels: flag,
  json: flag,
};

export interface BenchOptions {
  readonly what: 'text' | 'image' | 'growth' | 'kernels';
  readonly shape: string;
  /** What the shape's name stands for. */
  readonly config: JsonObject;
  readonly quantize: Quantize;
  readonly prefill: number;
  readonly decode: number;
  readonly explain: number;
  /** Explained at once. */
  readonly targets: number;
  /** Of keys and values. */
  readonly cache: CacheFormat;
  /** null: as many as the shape has. */
  readonly layers: number | null;
  readonly runs: number;
  readonly json: boolean;
}

/** null: help is asked for, whatever else is. @throws WrongUsage */
export function readBenchOptions(words: readonly string[]): BenchOptions | null {
  const values = readArguments(words, options);
  if (values.flag('help')) return null;
  const shape = values.text('shape') ?? 'tiny-2m';
  const config = configOf(shape);
  const what = kindOf(shape, values);
  if (what !== 'text')
    values.refuse(['prefill', 'decode', 'explain', 'targets', 'cache'], `does not go with ${names[what]}`);
  if (what === 'kernels') values.refuse(['quantize', 'layers'], `does not go with ${names[what]}`);
  const count = (name: string, otherwise: number, most = 2048): number => values.integer(name, [1, most], otherwise);
  const context = what === 'text' ? modelOf(config).contextLength : undefined;
  const explain = count('explain', 64, context);
  const targets = count('targets', 1);
  if (targets > explain)
    throw new WrongUsage(`--targets ${targets}: --explain ${explain} has at most ${explain} targets, its tokens.`);
  return {
    what,
    shape,
    config,
    quantize: values.oneOf('quantize', formats, 'none'),
    prefill: count('prefill', 64, context),
    decode: count('decode', 16, context && context - aroundDecode),
    explain,
    targets,
    cache: values.oneOf('cache', cacheFormats, 'f32'),
    layers: values.text('layers') === null ? null : count('layers', 1),
    runs: count('runs', what === 'growth' ? 1 : 5),
    json: values.flag('json'),
  };
}

const names = {
  image: 'the shape of a vision transformer',
  growth: '--growth',
  kernels: '--kernels',
} as const;

function configOf(shape: string): JsonObject {
  const known = new Map([...Object.entries(shapes), ...Object.entries(imageShapes)]);
  const config = known.get(shape);
  if (config) return config;
  throw new WrongUsage(`--shape ${shape}: expected one of ${[...known.keys()].join(', ')}.`);
}

function kindOf(shape: string, values: Values): BenchOptions['what'] {
  const isText = Object.hasOwn(shapes, shape);
  if (values.flag('kernels')) values.refuse(['growth'], 'does not go with --kernels');
  if (values.flag('kernels')) return 'kernels';
  if (!values.flag('growth')) return isText ? 'text' : 'image';
  if (!isText) throw new WrongUsage(`--growth needs the shape of a language model, and ${shape} is none.`);
  return 'growth';
}
