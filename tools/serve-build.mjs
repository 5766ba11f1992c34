// Builds the app, lays the test fixtures beside it and serves both: `node tools/serve-build.mjs PORT`.
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, preview } from 'vite';
import { root } from './install.mjs';

const port = Number(process.argv[2]);
// Not dist/: a build for use must not carry fixtures.
const outDir = join(root, 'node_modules', '.cache', 'attnlrp-webgpu', `e2e-${port}`);
await build({ root, logLevel: 'warn', build: { outDir, emptyOutDir: true } });
const fixtures = join(root, 'e2e', 'fixtures');
if (existsSync(fixtures)) cpSync(fixtures, join(outDir, 'fixtures'), { recursive: true });
await preview({ root, build: { outDir }, preview: { port, strictPort: true, host: 'localhost' } });
