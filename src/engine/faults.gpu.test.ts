// What goes wrong on the GPU becomes a typed error with a sentence, at the next call that waits, and one job's error
// does not spoil the next.
import { afterEach, describe, expect, it } from 'vitest';
import addSource from '#shaders/add.wgsl?raw';
import { Faults } from './faults.ts';
import { testGpu } from './gpu.test-helper.ts';
import type { Gpu } from './gpu.ts';
import { kernel, shader, type Kernel } from './kernel.ts';
import { add } from './ops/add.ts';

let made: Gpu[] = [];
const newGpu = async (): Promise<Gpu> => {
  const gpu = await testGpu();
  made.push(gpu);
  return gpu;
};
afterEach(() => {
  for (const gpu of made) gpu.destroy();
  made = [];
});

const addition = kernel(shader('add.wgsl', addSource), 'forward');
const named = (name: string, ...parts: string[]) =>
  expect.objectContaining({ name, message: expect.stringMatching(new RegExp(parts.join('[^]*'))) });

/** The Gpu still computes, and no error of before comes up. */
async function expectUsable(gpu: Gpu): Promise<void> {
  await gpu.scopeAsync(async () => {
    const x = gpu.upload(Float32Array.of(1, 2, 3), 1, 3, 'x');
    expect([...(await gpu.readFloats(add.forward(gpu, [x, x], {}).output))]).toEqual([2, 4, 6]);
    await gpu.settle();
  });
}

function run(gpu: Gpu, broken: Kernel, params: Readonly<Record<string, number>> = { count: 3 }, groups = 1): void {
  const buffers = Object.fromEntries(['a', 'b', 'y'].map((name) => [name, gpu.allocate(1, 3, name).storage]));
  gpu.run(broken, buffers, params, [groups]);
}

describe('a shader that does not compile', () => {
  const breaks = (name: string, from: string, to: string): Kernel =>
    kernel(shader(name, addSource.replace(from, to)), 'forward');

  it('is named with its file, line and source, before the validation errors that follow from it', async () => {
    const gpu = await newGpu();
    const broken = breaks('broken.wgsl', 'a[at] + b[at]', 'a[at] + vec4u()');
    const line = broken.shader.source.split('\n').findIndex((text) => text.includes('vec4u()')) + 1;
    await gpu.scopeAsync(async () => run(gpu, broken));
    const place = `^shaders/broken\\.wgsl, line ${line}, column \\d+: no matching overload`;
    await expect(gpu.settle()).rejects.toThrow(named('ShaderError', place, '\\n  .*a\\[at\\] \\+ vec4u\\(\\)'));
    await expectUsable(gpu);
  });

  it('is named where its text is no WGSL at all', async () => {
    const gpu = await newGpu();
    await gpu.scopeAsync(async () => run(gpu, breaks('torn.wgsl', 'let at =', 'let at')));
    await expect(gpu.settle()).rejects.toThrow(named('ShaderError', 'shaders/torn\\.wgsl, line \\d+'));
    await expectUsable(gpu);
  });
});

it('names the binding, or the parameter, that a call forgot', async () => {
  const gpu = await newGpu();
  await gpu.scopeAsync(async () => {
    const { storage } = gpu.allocate(1, 3, 'x');
    expect(() => gpu.run(addition, { a: storage, y: storage }, { count: 3 }, [1])).toThrow(
      named('GpuError', 'add.wgsl:forward: nothing was given for binding "b"'),
    );
    expect(() => run(gpu, addition, {})).toThrow(named('GpuError', 'add.wgsl:forward: no value for parameter "count"'));
  });
  await expectUsable(gpu);
});

describe('too large an allocation', () => {
  it('is refused with its size and the limit, for tensors and for buffers that stay', async () => {
    const gpu = await newGpu();
    const limit = gpu.device.limits.maxStorageBufferBindingSize;
    const sizes = `needs ${Math.ceil((limit + 4096) / 1e6)} MB, but this GPU binds at most ${Math.floor(limit / 1e6)} MB`;
    const rows = limit / 4096 + 1;
    expect(() => gpu.allocate(rows, 1024, 'scores')).toThrow(named('OutOfMemoryError', `scores ${sizes}`));
    expect(() => gpu.allocateForever(limit + 4096, 'table')).toThrow(named('OutOfMemoryError', `table ${sizes}`));
    await expectUsable(gpu);
  });

  it('that only the driver refuses is told with what was being allocated', async () => {
    // No test should fill a machine's memory, so a device that says it ran out stands in.
    const scopes: string[] = [];
    const device = Object.assign(new EventTarget(), {
      lost: new Promise<never>(() => {}),
      pushErrorScope: (filter: string) => void scopes.push(filter),
      popErrorScope: async () =>
        scopes.pop() === 'out-of-memory' && scopes.length === 1 ? new GPUOutOfMemoryError('no room') : null,
    });
    const faults = new Faults(device as unknown as GPUDevice);
    faults.allocation('values', 3e6);
    faults.allocation('scores', 5e6);
    faults.nextSubmission();
    await expect(faults.settle()).rejects.toThrow(
      named('OutOfMemoryError', 'no room for another 8 MB \\(the largest part: scores, 5 MB\\)'),
    );
    await faults.settle();
  });
});

describe('an error that WebGPU reports', () => {
  it('is raised by the next call that waits, and by no later one', async () => {
    const gpu = await newGpu();
    for (const wait of [() => gpu.settle(), () => gpu.readFloats(gpu.allocate(1, 1, 'any'))]) {
      await gpu.scopeAsync(async () => {
        run(gpu, addition, { count: 3 }, 70_000);
        await expect(wait()).rejects.toThrow(named('GpuError', 'WebGPU reported: .*70000'));
      });
      await expectUsable(gpu);
    }
  });

  it('is raised where nothing was encoded, too: a write past the end', async () => {
    const gpu = await newGpu();
    const { storage } = gpu.allocate(1, 4, 'small');
    gpu.write(storage, storage.bytes, Float32Array.of(1));
    await expect(gpu.settle()).rejects.toThrow(named('GpuError', 'WebGPU reported: '));
    await expectUsable(gpu);
  });
});

describe('a lost device', () => {
  const lost = named('DeviceLostError', 'graphics device was lost', 'load the model again');

  it('is told by the next call that waits, and by every later one', async () => {
    const gpu = await newGpu();
    const x = gpu.upload(Float32Array.of(1), 1, 1, 'x');
    await gpu.settle();
    gpu.device.destroy();
    await expect(gpu.readFloats(x)).rejects.toThrow(lost);
    await expect(gpu.settle()).rejects.toThrow(lost);
    await expect(gpu.readFloats(x)).rejects.toThrow(lost);
  });

  it('is told to a call that is already waiting', async () => {
    const gpu = await newGpu();
    const x = gpu.upload(new Float32Array(100_000), 1, 100_000, 'x');
    for (let i = 0; i < 20; i++) add.forward(gpu, [x, x], {});
    const waiting = gpu.readFloats(x);
    gpu.device.destroy();
    await expect(waiting).rejects.toThrow(lost);
  });

  it('is no error where it was meant', async () => {
    const gpu = await testGpu();
    gpu.destroy();
    await gpu.device.lost;
    await gpu.settle();
  });
});
