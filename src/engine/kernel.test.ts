import { expect, test } from 'vitest';
import { kernel, shader } from './kernel.ts';

const source = `
// @group(0) @binding(9) var<storage, read> commented: array<f32>;
struct Params { rows: u32, scale: f32, // count: u32
  shift: i32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(1) @binding(2)
var<storage, read_write> y: array<vec4f>;
@group(0) @binding(3) var<storage> weights: array<f32>;
@group(0) @binding(4) var<storage,read> unused: array<f32>;
var<workgroup> shared_rows: array<f32, 64>;

fn deepest(i: u32) -> f32 { return weights[i]; }
fn deeper(i: u32) -> f32 { if (i > 3u) { return 0.0; } return deepest(i); } // reads x

@compute @workgroup_size(64)
fn reads_members(@builtin(global_invocation_id) id: vec3u) {
  // weights[0] is not read here
  shared_rows[id.x] = vec4f().y + f32(id.y);
}

@compute @workgroup_size(8, 8)
fn reaches(@builtin(global_invocation_id) id: vec3u) { y[id.x] = vec4f(params.scale * deeper(id.x)); }

@compute @workgroup_size(64) fn copies(@builtin(global_invocation_id) id: vec3u) { y[id.y] = vec4f(x[id.x]); }
`;

test('reads the bindings that a shader declares, and none from comments', () => {
  expect(Object.fromEntries(shader('test.wgsl', source).bindings)).toEqual({
    params: { group: 0, binding: 0, type: 'uniform' },
    x: { group: 0, binding: 1, type: 'read-only-storage' },
    y: { group: 1, binding: 2, type: 'storage' },
    weights: { group: 0, binding: 3, type: 'read-only-storage' },
    unused: { group: 0, binding: 4, type: 'read-only-storage' },
  });
});

test('reads the fields of Params in their order', () => {
  expect(shader('test.wgsl', source).params).toEqual([
    { name: 'rows', type: 'u32' },
    { name: 'scale', type: 'f32' },
    { name: 'shift', type: 'i32' },
  ]);
  expect(shader('none.wgsl', '@compute @workgroup_size(1) fn forward() {}').params).toEqual([]);
});

test('finds what an entry point reaches, through the functions it calls', () => {
  const { entries } = shader('test.wgsl', source);
  expect([...entries.keys()]).toEqual(['reads_members', 'reaches', 'copies']);
  expect(entries.get('reaches')!.toSorted()).toEqual(['params', 'weights', 'y']);
  expect(entries.get('copies')!.toSorted()).toEqual(['x', 'y']);
});

test('takes a member such as id.x for no use of a binding x', () => {
  expect(shader('test.wgsl', source).entries.get('reads_members')).toEqual([]);
});

test('joins a file with its libraries, and reads the bindings of both', () => {
  const library =
    '@group(1) @binding(0) var<storage, read> words: array<u32>;\nfn octet(i: u32) -> u32 { return words[i]; }';
  const main = `@group(0) @binding(0) var<storage, read_write> y: array<u32>;
    @compute @workgroup_size(1) fn forward() { y[0] = octet(0u); }`;
  const joined = shader('main.wgsl', main, library);
  expect(joined.entries.get('forward')!.toSorted()).toEqual(['words', 'y']);
  expect(joined.bindings.get('words')).toEqual({ group: 1, binding: 0, type: 'read-only-storage' });
});

test('gives one kernel for one entry point with one set of constants', () => {
  const made = shader('test.wgsl', source);
  expect(kernel(made, 'copies', { N: 1 })).toBe(kernel(made, 'copies', { N: 1 }));
  expect(kernel(made, 'copies', { N: 2 })).not.toBe(kernel(made, 'copies', { N: 1 }));
  expect(kernel(made, 'reaches', { N: 1 })).not.toBe(kernel(made, 'copies', { N: 1 }));
  expect(kernel(made, 'reaches').label).toBe('test.wgsl:reaches');
});

test('names the file and the entry point that it lacks', () => {
  const made = shader('test.wgsl', source);
  expect(() => kernel(made, 'backward')).toThrow('shaders/test.wgsl: there is no entry point "backward"');
  // A function that is no entry point.
  expect(() => kernel(made, 'deeper')).toThrow('there is no entry point "deeper"');
});
