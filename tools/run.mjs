// `npm run cli` and `npm run bench`: bundles src/cli/NAME.ts when a source changed since the last run, then runs it.
// Nothing but the command itself writes to the standard output.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installPackages, root } from './install.mjs';

const name = process.argv[2];
const cache = join(root, 'node_modules', '.cache', 'attnlrp-webgpu');
if (!existsSync(join(root, 'node_modules', 'vite'))) installPackages();

const bundle = join(cache, `${name}-${sourcesHash()}.mjs`);
if (!existsSync(bundle)) await bundleTo(bundle);
// The command sees its own arguments alone.
process.argv.splice(1, 2, bundle);
await import(pathToFileURL(bundle).href);

/** Names, sizes and times tell the versions of the sources apart; reading them all would cost time at every start. */
function sourcesHash() {
  const hash = createHash('sha256');
  const add = (path, stat) => hash.update(`${path}\0${stat.size}\0${stat.mtimeMs}\n`);
  for (const folder of ['src', 'shaders'])
    for (const entry of readdirSync(join(root, folder), { recursive: true }).toSorted()) {
      const path = join(root, folder, entry);
      const stat = statSync(path, { throwIfNoEntry: false });
      // Tests are in no bundle.
      if (stat?.isFile() && !/\.test\.tsx?$/.test(entry)) add(path, stat);
    }
  for (const file of ['package.json', 'tools/run.mjs']) add(file, statSync(join(root, file)));
  return hash.digest('hex').slice(0, 16);
}

/** Two runs at once build in folders of their own; the finished file is moved into place. */
async function bundleTo(target) {
  const started = performance.now();
  const { build, createLogger } = await import('vite');
  // Everything Vite has to say goes to the standard error.
  const logger = createLogger('warn');
  logger.warn = logger.warnOnce = logger.error = (message) => process.stderr.write(`${message}\n`);
  mkdirSync(cache, { recursive: true });
  const outDir = mkdtempSync(join(cache, 'build-'));
  try {
    await build({
      root,
      configFile: false,
      publicDir: false,
      logLevel: 'warn',
      customLogger: logger,
      // `webgpu` finds its native library beside its own file.
      ssr: { noExternal: true, external: ['webgpu'] },
      build: {
        ssr: `src/cli/${name}.ts`,
        outDir,
        target: 'node20',
        minify: false,
        reportCompressedSize: false,
        rolldownOptions: { output: { entryFileNames: 'bundle.mjs', codeSplitting: false } },
      },
    });
    renameSync(join(outDir, 'bundle.mjs'), target);
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
  forgetOldBundles(target);
  process.stderr.write(`Bundled src/cli/${name}.ts in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}

/** Younger ones may be about to start elsewhere. */
function forgetOldBundles(current) {
  for (const file of readdirSync(cache)) {
    const path = join(cache, file);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (path !== current && file.startsWith(`${name}-`) && age > 3_600_000) rmSync(path, { force: true });
  }
}
