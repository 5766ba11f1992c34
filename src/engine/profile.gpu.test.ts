import { expect, it } from 'vitest';
import type { Gpu } from './gpu.ts';
import { testGpu, useGpu } from './gpu.test-helper.ts';
import { add } from './ops/add.ts';
import { linear } from './ops/linear.ts';
import { uploadWeight } from './weight.ts';

const gpu = useGpu();

function addition(gpu: Gpu, count: number) {
  const x = gpu.upload(new Float32Array(count).fill(1), 1, count, 'x');
  return () => add.forward(gpu, [x, x], {}).output;
}

it('times every dispatch, in order, and says what it was given', async () => {
  const read = async () => new Uint8Array(new Float32Array(5 * 16).fill(0.5).buffer);
  const weight = await uploadWeight(gpu(), { name: 'w', format: 'F32', rows: 5, columns: 16, read });
  await gpu().scopeAsync(async () => {
    const x = gpu().upload(new Float32Array(3 * 16).fill(1), 3, 16, 'x');
    const start = performance.now();
    let product: Float32Array | null = null;
    const times = await gpu().timeDispatches(async () => {
      add.forward(gpu(), [x, x], {});
      product = await gpu().readFloats(linear.forward(gpu(), [x], { weight }).output);
    });
    const wall = (performance.now() - start) / 1000;
    expect(times!.map(({ kernel }) => kernel.split('.')[0])).toEqual(['add', 'linear']);
    expect(times!.map(({ shape }) => shape)).toEqual(['count 48', 'rows 3, inner 16, outer 5']);
    expect(times!.map(({ weightBytes }) => weightBytes)).toEqual([0, 5 * 16 * 4]);
    const seconds = times!.reduce((sum, { seconds }) => sum + seconds, 0);
    expect(seconds).toBeGreaterThanOrEqual(0);
    expect(seconds).toBeLessThanOrEqual(wall);
    expect(product).toEqual(new Float32Array(15).fill(8));
  });
});

it('times more dispatches than a set of timestamps holds', async () => {
  await gpu().scopeAsync(async () => {
    const run = addition(gpu(), 4);
    const times = await gpu().timeDispatches(async () => {
      for (let i = 0; i < 2050; i++) gpu().scope(() => void run());
    });
    expect(times).toHaveLength(2050);
    expect(times!.every(({ seconds }) => seconds >= 0 && seconds < 60)).toBe(true);
  });
});

it('takes one pass and no timestamps when nothing is timed, also after an error while something was', async () => {
  await gpu().scopeAsync(async () => {
    const run = addition(gpu(), 4);
    const failing = async () => {
      run();
      throw new Error('stopped');
    };
    await expect(gpu().timeDispatches(failing)).rejects.toThrow('stopped');
    const { device } = gpu();
    const createEncoder = device.createCommandEncoder.bind(device);
    let passes = 0;
    device.createCommandEncoder = (descriptor) => {
      const encoder = createEncoder(descriptor);
      const begin = encoder.beginComputePass.bind(encoder);
      encoder.beginComputePass = (descriptor) => {
        expect(descriptor?.timestampWrites).toBeUndefined();
        passes++;
        return begin(descriptor);
      };
      return encoder;
    };
    try {
      run();
      expect(await gpu().readFloats(run())).toEqual(new Float32Array(4).fill(2));
    } finally {
      device.createCommandEncoder = createEncoder;
    }
    expect(passes).toBe(1);
  });
});

it('gives null, and runs nothing, where the device has no timestamps', async () => {
  const plain = await testGpu({ defaultsOnly: true });
  let ran = false;
  const times = await plain.timeDispatches(async () => {
    ran = true;
  });
  expect([times, ran]).toEqual([null, false]);
  plain.destroy();
});

it('counts the time of encoding and of submitting apart from waiting', async () => {
  await gpu().scopeAsync(async () => {
    const before = gpu().encodeSeconds + gpu().submitSeconds;
    const start = performance.now();
    addition(gpu(), 1000)();
    await gpu().settle();
    const counted = gpu().encodeSeconds + gpu().submitSeconds - before;
    expect(counted).toBeGreaterThan(0);
    expect(counted).toBeLessThan((performance.now() - start) / 1000);
  });
});
