// Installs the packages of package-lock.json when they are missing or differ. Plain Node: it runs on a fresh clone,
// before any package exists.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

export function installPackages() {
  requireNode(20, 19);
  if (upToDate()) return;
  console.error('Installing packages (npm ci) …');
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: root,
    // npm's own report goes to stderr: the standard output belongs to the command that called us.
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) fail('npm ci failed (see above). The packages are needed once from the npm registry.');
}

export function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

function requireNode(major, minor) {
  const [a = 0, b = 0] = process.versions.node.split('.').map(Number);
  if (a < major || (a === major && b < minor))
    fail(`Node ${major}.${minor} or newer is needed; this is Node ${process.versions.node}.`);
}

/** npm writes what it installed to node_modules/.package-lock.json; packages of other platforms are absent there. */
function upToDate() {
  const installedLock = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedLock)) return false;
  const wanted = readPackages(join(root, 'package-lock.json'));
  const installed = readPackages(installedLock);
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true;
    const found = installed[path];
    if (found === undefined) return optional === true;
    return found.version === version && existsSync(join(root, path));
  });
}

function readPackages(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}
