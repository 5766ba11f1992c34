// What the tests need besides packages: a Chromium, and a Vulkan driver that Dawn can use. Installed by apt-get where
// that is possible; otherwise a sentence says what to install.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fail } from './install.mjs';

const browsers = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

export function findChromium() {
  return browsers.find((path) => path !== undefined && existsSync(path));
}

export function prepareSystem() {
  const missing = [];
  if (findChromium() === undefined) missing.push('chromium');
  if (process.platform === 'linux' && !hasVulkanLoader()) missing.push('libvulkan1');
  if (missing.length > 0) aptInstall(missing);
  const chromium = findChromium();
  if (chromium === undefined)
    fail(
      'The tests need Chromium or Chrome: install it (Debian: apt-get install chromium) or set CHROMIUM to its path.',
    );
  if (process.platform === 'linux' && !hasVulkanLoader())
    fail('The tests need the Vulkan loader libvulkan.so.1: install it (Debian: apt-get install libvulkan1).');
  return chromium;
}

function aptInstall(names) {
  const mayInstall = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
  if (!mayInstall) return;
  console.log(`Installing ${names.join(', ')} (apt-get) …`);
  aptGet('update');
  aptGet('install', '-y', '--no-install-recommends', ...names);
}

function aptGet(...words) {
  spawnSync('apt-get', words, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

function hasVulkanLoader() {
  const folders = [
    '/usr/lib/x86_64-linux-gnu',
    '/usr/lib/aarch64-linux-gnu',
    '/usr/lib64',
    '/usr/lib',
    '/usr/local/lib',
  ];
  return folders.some((folder) => existsSync(`${folder}/libvulkan.so.1`));
}
