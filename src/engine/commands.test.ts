import { beforeEach, expect, test, vi } from 'vitest';
import { Commands, gridOf } from './commands.ts';
import { kernel, shader } from './kernel.ts';
import type { Storage } from './pool.ts';
import type { Profile } from './profile.ts';

vi.stubGlobal('GPUBufferUsage', { UNIFORM: 1, COPY_DST: 2 });
vi.stubGlobal('GPUShaderStage', { COMPUTE: 1 });

const fill = kernel(
  shader(
    'fill.wgsl',
    `struct Params { count: u32 }
     @group(0) @binding(0) var<uniform> params: Params;
     @group(0) @binding(1) var<storage, read_write> y: array<f32>;
     @compute @workgroup_size(1) fn forward() { y[params.count] = 1.0; }`,
  ),
  'forward',
);
const y = { id: 1, bytes: 256, lastUse: 0, buffer: {} } as Storage;

/** What a device is told, in order. */
let told: string[];
let commands: Commands;
beforeEach(() => {
  told = [];
  const pass = {
    setPipeline: () => undefined,
    setBindGroup: (_: number, __: unknown, [offset]: number[]) => told.push(`params ${offset}`),
    dispatchWorkgroups: (...grid: number[]) => told.push(`dispatch ${grid.join(' ')}`),
    end: () => told.push('end'),
  };
  const encoder = {
    beginComputePass: ({ label }: GPUComputePassDescriptor) => (told.push(`pass ${label}`), pass),
    clearBuffer: () => told.push('clear'),
    finish: () => told.push('finish'),
  };
  const device = {
    queue: { writeBuffer: () => told.push('upload'), submit: () => told.push('submit') },
    createBuffer: () => ({}),
    createBindGroup: () => ({}),
    createBindGroupLayout: () => ({}),
    createPipelineLayout: () => ({}),
    createComputePipeline: () => ({}),
    createShaderModule: () => ({ getCompilationInfo: async () => ({ messages: [] }) }),
    createCommandEncoder: () => encoder,
  };
  commands = new Commands(device as unknown as GPUDevice, { watch: () => undefined }, () => commands.submit());
});

const dispatch = (count: number): void => commands.dispatch(fill, { y }, { count }, [count]);

test('dispatches in a row share a pass, and other commands come between two', () => {
  for (const count of [3, 4]) dispatch(count);
  commands.outsidePass().clearBuffer(y.buffer);
  dispatch(3);
  expect(commands.submit()).toBe(true);
  const shared = ['pass engine', 'params 0', 'dispatch 3 1 1', 'params 256', 'dispatch 4 1 1', 'end'];
  const after = ['pass engine', 'params 0', 'dispatch 3 1 1', 'end'];
  expect(told).toEqual([...shared, 'clear', ...after, 'upload', 'finish', 'submit']);
});

test('a profile gives every dispatch a pass of its own', () => {
  const next = vi.fn(() => ({}));
  commands.profile = { next } as unknown as Profile;
  for (const count of [3, 4]) dispatch(count);
  const timed = told.filter((line) => !line.startsWith('params'));
  const label = 'pass fill.wgsl:forward';
  expect(timed).toEqual([label, 'dispatch 3 1 1', 'end', label, 'dispatch 4 1 1']);
  expect(next).toHaveBeenLastCalledWith(expect.anything(), fill, { y }, { count: 4 });
});

test('submits nothing where nothing was encoded', () => {
  expect(commands.submit()).toBe(false);
  dispatch(1);
  expect([commands.submit(), commands.submit()]).toEqual([true, false]);
  expect(told.filter((line) => line === 'submit')).toHaveLength(1);
});

test('submits by itself where the params of no further dispatch fit', () => {
  for (let count = 1; count <= 513; count++) dispatch(count);
  expect(told.filter((line) => line === 'submit')).toHaveLength(1);
  expect(told.slice(-6)).toEqual(['upload', 'finish', 'submit', 'pass engine', 'params 0', 'dispatch 513 1 1']);
});

test('folds grids that are too long for one dimension', () => {
  expect([gridOf(65_535), gridOf(65_536), gridOf(200_000)]).toEqual([[65_535], [65_535, 2], [65_535, 4]]);
});
