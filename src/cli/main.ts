// Composition root of the command line: Node's file system and Dawn → the session → a command → an exit code.
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { AppError } from '../errors.ts';
import { createNodeGpu } from '../platform/node-gpu.ts';
import { readImage, writeImage } from '../platform/node-image.ts';
import { nodeSource } from '../platform/node-source.ts';
import { cacheFolder, nodeTunings } from '../platform/node-tunings.ts';
import { createLocalSession } from '../session/local-session.ts';
import { modelKind } from '../session/model-kind.ts';
import { measureQuality } from '../session/quantisation-quality.ts';
import type { ModelLocation } from '../session/session.ts';
import { loadChatTemplate } from '../text/chat-template.ts';
import { loadTokenizer } from '../text/load-tokenizer.ts';
import { run } from './run.ts';
import { flushed, processTerminal } from './terminal.ts';

// npm changes into the project's folder and leaves the user's own in INIT_CWD.
const workingFolder = process.env['INIT_CWD'] ?? process.cwd();

const stopping = new AbortController();
let stoppedAt = Infinity;
process.on('SIGINT', () => {
  // A second Ctrl-C waits for nothing. One Ctrl-C may arrive twice: from the terminal and through npm.
  if (performance.now() - stoppedAt > 500) process.exit(130);
  if (stopping.signal.aborted) return;
  stoppedAt = performance.now();
  stopping.abort();
});
// Whoever reads the output may close it early (head, less).
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const tunings = nodeTunings(cacheFolder(process.env, homedir()));
const exitCode = await run(process.argv.slice(2), {
  terminal: processTerminal(),
  signal: stopping.signal,
  path: (given) => resolve(workingFolder, given),
  readText: (path) => readFile(path, 'utf8'),
  readImage,
  writeImage,
  modelKind: (path) => modelKind(nodeSource(path), stopping.signal),
  openSession: () => createLocalSession({ gpu: createNodeGpu, openSource, tunings, warmsUp: false }),
  openTokenizer,
  openChatTemplate: (path) => loadChatTemplate(nodeSource(path)),
  quantisationQuality: (path, request, job) => measureQuality(createNodeGpu, nodeSource(path), request, job),
});
await flushed();
// Dawn's event loop would keep the process alive.
process.exit(exitCode);

async function openSource(location: ModelLocation) {
  if (location.kind !== 'folder') throw new AppError('SourceError', 'The command line reads models from folders only.');
  return { source: nodeSource(location.path), warnings: [] };
}

async function openTokenizer(path: string) {
  const tokenizer = await loadTokenizer(nodeSource(path));
  if (tokenizer !== null) return tokenizer;
  throw new AppError('TokenizerError', `${path} has no tokenizer.json. Give a model folder with tokenizer files.`);
}
