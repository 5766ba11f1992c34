// Who may import whom. The table is the rule; every import in src is held against it.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';

// First match wins. A file may import its own folder, errors.ts, and what stands here (paths inside src).
const table: readonly (readonly [files: RegExp, mayImport: RegExp])[] = [
  [/^errors\.ts$/, /^$/],
  [/^engine\//, /^#shaders\//],
  [/^models\//, /^engine\/ops\.ts$/],
  [/^load\//, /^models\/(model|config-fields)\.ts$/],
  [/^text\//, /^(load\/|models\/model\.ts$)/],
  [/^image\//, /^(load\/|models\/model\.ts$)/],
  [/^hub\//, /^(load\/|models\/model\.ts$)/],
  [/^quantise\//, /^(engine|load)\//],
  [/^explain\//, /^(engine|models)\//],
  [/^generate\//, /^(engine\/|models\/|explain\/(loaded-model|check-ids|check-finite)\.ts$)/],
  [/^evaluate\//, /^(engine|models|image|explain|generate)\//],
  [/^memory\//, /^(engine|models|explain|generate)\//],
  [/^bench\//, /^((engine|models|load|quantise|explain|generate|memory)\/|#shaders\/bench\/)/],
  [/^session\/worker\.ts$/, /^platform\//],
  [/^session\//, /^(engine|models|load|quantise|text|image|explain|generate|evaluate|memory)\//],
  [/^store\//, /^session\/session\.ts$/],
  [/^ui\//, /^(store\/|session\/session\.ts$)/],
  [/^platform\//, /^(load\/|hub\/|session\/(session|platform)\.ts$)/],
  [/^cli\/(bench|real-shapes)/, /^(bench|engine|models|load|quantise|explain|generate|session|platform)\//],
  [/^cli\//, /^(session|text|load|evaluate|platform)\//],
  [/^main\.tsx$/, /^(session|platform|store|ui)\//],
];

const source = import.meta.dirname;
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => /\.tsx?$/.test(file));
const isTest = (file: string) => /\.(test|test-helper)\.tsx?$|(^|\/)testing\//.test(file);
const isReference = (file: string) => /(\.|^|\/)reference\.ts$/.test(file);
const folderOf = (file: string) => (file.includes('/') ? file.slice(0, file.indexOf('/') + 1) : '');

function importsOf(file: string): string[] {
  const text = readFileSync(join(source, file), 'utf8');
  const statements = text.matchAll(/^(?:import|export)\b[^;'"]*?from\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]/gm);
  const dynamic = text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)|new URL\(\s*['"](\.[^'"]+)['"],\s*import\.meta/g);
  return [...statements, ...dynamic]
    .map((match) => (match[1] ?? match[2])!)
    .filter((name) => name.startsWith('.') || name.startsWith('#'))
    .map((name) => (name.startsWith('#') ? name : normalize(join(dirname(file), name)).replaceAll('\\', '/')));
}

const imports = new Map(files.map((file) => [file, importsOf(file)]));
const product = files.filter((file) => !isTest(file));

describe('the house', () => {
  test('imports only in the directions of the table', () => {
    const broken: string[] = [];
    for (const file of product) {
      const mayImport = table.find(([pattern]) => pattern.test(file))?.[1] ?? /^$/;
      for (const name of imports.get(file)!) {
        const own = folderOf(file) !== '' && folderOf(name) === folderOf(file);
        if (!own && name !== 'errors.ts' && !mayImport.test(name)) broken.push(`${file} → ${name}`);
      }
    }
    expect(broken).toEqual([]);
  });

  test('keeps the float64 references out of the product', () => {
    const users = product.filter((file) => !isReference(file) && imports.get(file)!.some(isReference));
    expect(users).toEqual([]);
  });

  test('keeps test helpers out of the product', () => {
    expect(product.filter((file) => imports.get(file)!.some(isTest))).toEqual([]);
  });

  test('has no import cycles', () => {
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (file: string, path: readonly string[]) => {
      if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      if (done.has(file) || path.includes(file)) return;
      for (const next of imports.get(file) ?? []) visit(next, [...path, file]);
      done.add(file);
    };
    for (const file of product) visit(file, []);
    expect(cycles).toEqual([]);
  });

  test('loads everything below the user interface in Node, without a window', async () => {
    expect(typeof window).toBe('undefined');
    // main, bench, real-shapes and worker run when they are imported.
    const modules = import.meta.glob([
      './{engine,models,load,quantise,text,image,hub,explain,generate,evaluate,memory,bench,session,cli,store}/**/*.ts',
      '!./**/*.test.ts',
      '!./cli/{main,bench,real-shapes}.ts',
      '!./session/worker.ts',
    ]);
    await expect(Promise.all(Object.values(modules).map((load) => load()))).resolves.toBeDefined();
  });
});
