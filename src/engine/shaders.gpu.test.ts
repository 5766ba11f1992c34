// Every WGSL file of the project: each entry point compiles on a device with nothing but WebGPU's defaults, and somebody
// uses it.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { useGpu } from './gpu.test-helper.ts';
import { kernel, shader } from './kernel.ts';
import { everyLayout } from './weight-layout.ts';

const gpu = useGpu({ defaultsOnly: true });
const folder = join(import.meta.dirname, '../../shaders');
const files = readdirSync(folder).filter((name) => name.endsWith('.wgsl'));
const libraries = readdirSync(join(folder, 'lib'));
const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8');
const codeOf = (text: string): string => text.replaceAll(/\/\/.*$/gm, '');
const functionsOf = (text: string): string[] => [...codeOf(text).matchAll(/\bfn\s+(\w+)/g)].map(([, name]) => name!);

/** Constants as attention has them with the widest heads; a new override needs a value here. */
const constants: Readonly<Record<string, number>> = {
  HEADS: 2,
  KEY_VALUE_HEADS: 1,
  HEAD_FOURS: 64,
  FOURS_PER_LANE: 8,
  LANES: 32,
  WHOLE_OCTETS: 0,
  WHOLE_FOURS: 0,
  WHOLE_QUADS: 0,
  ROW_LANES: 8,
  TOKEN_FOURS: 1,
  COLUMN_FOURS: 1,
  DEPTH: 8,
};

const callsOf = (text: string): string[] => [...codeOf(text).matchAll(/\b(\w+)\s*\(/g)].map(([, name]) => name!);
/** Of the libraries that come in several forms, the one that every device can run. */
const plainLibraries = libraries
  .filter(
    (library) =>
      !/^(weight|groups|octets|quads|lanes-of|own-rows-of|sum-of|row-sum-of|attention-lanes|keys-f16|new-keys-f16)\b/.test(
        library,
      ),
  )
  .map((library) => textOf(`lib/${library}`));

/** The file and the libraries whose functions it calls, or they do. */
function withLibraries(text: string): string[] {
  const all = [text];
  for (const each of all) {
    const defined = new Set(all.flatMap(functionsOf));
    const missing = callsOf(each).filter((name) => !defined.has(name));
    all.push(...plainLibraries.filter((library) => functionsOf(library).some((name) => missing.includes(name))));
  }
  return all;
}

/** Of each arithmetic one. All layouts offer the same functions, and meet them all in this file. */
const readsEveryLayout = 'linear.wgsl';
const eachArithmetic = ['F16', 'int4 zero-bf16', 'int8 affine-f16', 'int4 table-f32 (ragged)'];

/** Once for ways of storing weights where a file reads any: compiling each costs SwiftShader up to a second. */
function variantsOf(file: string, text: string): Variant[] {
  const [, ...needed] = withLibraries(text);
  const calls = new Set([text, ...needed].flatMap(callsOf));
  if (!calls.has('octet') && !calls.has('quad')) return [{ title: '', needed, constants }];
  const layouts = everyLayout().filter(({ name }) => file === readsEveryLayout || eachArithmetic.includes(name));
  return layouts.map((layout) => ({
    title: ` (${layout.name})`,
    needed: [...needed, ...layout.libraries],
    constants: { ...constants, ...layout.constants },
  }));
}

interface Variant {
  readonly title: string;
  readonly needed: readonly string[];
  readonly constants: Readonly<Record<string, number>>;
}

/** Their only form needs subgroups; attention's own test compiles them, on devices that have them. */
const withSubgroups = /^attention-lanes/;
const entryPoints = files
  .filter((file) => !withSubgroups.test(file))
  .flatMap((file) =>
    variantsOf(file, textOf(file)).flatMap(({ title, needed, constants }) => {
      const made = shader(file + title, textOf(file), ...needed);
      return [...made.entries.keys()].map((entry) => [`${made.name}: ${entry}`, made, entry, constants] as const);
    }),
  );

it('runs on a device with the default limits and without features', () => {
  const { limits, features } = gpu().device;
  const { maxStorageBuffersPerShaderStage, maxComputeWorkgroupStorageSize, maxComputeInvocationsPerWorkgroup } = limits;
  expect([maxStorageBuffersPerShaderStage, maxComputeWorkgroupStorageSize]).toEqual([8, 16_384]);
  expect([maxComputeInvocationsPerWorkgroup, limits.maxStorageBufferBindingSize]).toEqual([256, 2 ** 27]);
  for (const feature of ['shader-f16', 'subgroups', 'timestamp-query']) expect(features.has(feature)).toBe(false);
});

// The device itself holds a pipeline against its limits: 16 KiB of workgroup memory, 256 invocations, 8 buffers.
it.each(entryPoints)('%s compiles within them', async (_title, made, entry, constants) => {
  const names = [...codeOf(made.source).matchAll(/\boverride\s+(\w+)\s*:[^=;]*;/g)].map(([, name]) => name!);
  for (const name of names) expect(constants, `a value for override ${name}`).toHaveProperty(name);
  const values = Object.fromEntries(names.map((name) => [name, constants[name]!]));
  gpu().pipelines.compile(kernel(made, entry, values));
  await gpu().settle();
  const bound = made.entries.get(entry)!.map((name) => made.bindings.get(name)!);
  expect(bound.filter(({ type }) => type !== 'uniform').length).toBeLessThanOrEqual(8);
  expect(bound.filter(({ type }) => type === 'uniform').length).toBeLessThanOrEqual(1);
});

it('gives every binding of a file a number of its own, and every file its equation first', () => {
  for (const [title, made] of entryPoints) {
    const places = [...made.bindings.values()].map(({ group, binding }) => `${group}/${binding}`);
    expect(new Set(places).size, title).toBe(places.length);
    expect(made.source.startsWith('// '), title).toBe(true);
  }
});

const source = join(import.meta.dirname, '..');
const modules = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.includes('.test'))
  .map((name) => readFileSync(join(source, name), 'utf8'))
  .join('\n');
const shaderFiles = [
  ...files,
  ...['lib', 'bench'].flatMap((sub) => readdirSync(join(folder, sub)).map((name) => `${sub}/${name}`)),
];

it('has no shader, entry point or function that nobody uses', () => {
  expect(shaderFiles.filter((name) => !modules.includes(`'#shaders/${name}?raw'`))).toEqual([]);
  const code = codeOf(shaderFiles.map(textOf).join('\n'));
  const isUsed = (name: string): boolean => code.match(new RegExp(`\\b${name}\\b`, 'g'))!.length > 1;
  for (const [, entry, name] of code.matchAll(/(@compute[^{;]*?)?\bfn\s+(\w+)/g))
    expect(entry ? modules.includes(`'${name}'`) : isUsed(name!), `fn ${name}`).toBe(true);
});
