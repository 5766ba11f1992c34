// End-to-end tests: the built app in the system's Chromium, WebGPU on SwiftShader so that no GPU is needed.
import { defineConfig } from '@playwright/test';
import { findChromium } from './tools/system.mjs';

// Workers load this file too and inherit the port through the environment.
const port = (process.env['E2E_PORT'] ??= String(20_000 + (process.pid % 20_000)));
const executablePath = findChromium();
if (executablePath === undefined) throw new Error('The end-to-end tests need Chromium; set CHROMIUM to its path.');

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  forbidOnly: true,
  retries: 0,
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  use: {
    baseURL: `http://localhost:${port}/`,
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      executablePath,
      args: [
        '--no-sandbox',
        '--enable-unsafe-webgpu',
        '--enable-features=Vulkan',
        '--use-webgpu-adapter=swiftshader',
        '--use-angle=swiftshader',
      ],
    },
  },
  webServer: {
    command: `node tools/serve-build.mjs ${port}`,
    url: `http://localhost:${port}/`,
    timeout: 180_000,
    stdout: 'ignore',
    stderr: 'pipe',
  },
});
