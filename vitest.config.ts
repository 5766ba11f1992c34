// Unit tests. Files named *.gpu.test.ts run once per WebGPU adapter of this machine, each in a project of its own.
import { spawnSync } from 'node:child_process';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { environmentOf, softwareDrivers } from './src/platform/vulkan-drivers.ts';

interface Adapter {
  readonly name: string;
  readonly env: Record<string, string>;
}

/** The machine's own GPU, if it has one: Dawn's default adapter, unless that is a software driver. */
function hardware(): Adapter[] {
  const { stdout } = spawnSync(process.execPath, ['tools/probe-adapter.mjs'], { encoding: 'utf8' });
  const found = stdout ? (JSON.parse(stdout) as { name: string; software: boolean } | null) : null;
  return found === null || found.software ? [] : [{ name: found.name, env: {} }];
}

const adapters: Adapter[] = [
  ...softwareDrivers().map((driver) => ({ name: driver.name, env: environmentOf(driver) })),
  ...hardware(),
];
if (adapters.length === 0)
  throw new Error(
    'The GPU tests need a WebGPU adapter: install a software Vulkan driver (Debian: apt-get install libvulkan1 mesa-vulkan-drivers, or chromium, which brings SwiftShader).',
  );
console.log(`GPU tests run on: ${adapters.map(({ name }) => name).join(', ')}`);

const onAdapter = ({ name, env }: Adapter): TestProjectInlineConfiguration => ({
  test: {
    name,
    include: ['src/**/*.gpu.test.ts'],
    environment: 'node',
    env: { ...env, ADAPTER_NAME: name },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

export default defineConfig({
  test: {
    // Dawn lives in a process: a crash takes down one file, and the driver is chosen by the environment.
    pool: 'forks',
    projects: [
      {
        test: {
          name: 'node',
          include: ['src/**/*.test.{ts,tsx}'],
          exclude: ['src/**/*.gpu.test.ts'],
          environment: 'node',
        },
      },
      ...adapters.map(onAdapter),
    ],
  },
});
