// `npm run bench`: words of a command line to an exit code: 0 done, 1 failed with a sentence, 2 wrong usage.
import { Gpu } from '../engine/gpu.ts';
import { createNodeGpu } from '../platform/node-gpu.ts';
import { WrongUsage } from './arguments.ts';
import { bench } from './bench-command.ts';
import { readBenchOptions, usage } from './bench-options.ts';
import { flushed, processTerminal } from './terminal.ts';

const { out, note } = processTerminal();
const exitCode = await run(process.argv.slice(2)).catch((error: unknown) => {
  note(error instanceof Error ? error.message : String(error));
  if (error instanceof WrongUsage) note(usage.trimEnd());
  return error instanceof WrongUsage ? 2 : 1;
});
await flushed();
// Dawn's event loop would keep the process alive.
process.exit(exitCode);

async function run(words: readonly string[]): Promise<number> {
  const options = readBenchOptions(words);
  if (options)
    return bench(options, { gpu: await Gpu.create(await createNodeGpu({ exactTimestamps: true })), out, note });
  out(usage);
  return 0;
}
