// `npm run real-shapes`: checkpoints with random weights and everything else as real models have it, written to a folder
// and measured: what loading, writing and explaining take on this machine's adapter. Each is measured in a process of
// its own, so that none finds the memory of the one before.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { markdownTable, replaceMeasured, type CheckpointMeasurement } from '../bench/checkpoints/measurement-table.ts';
import { realCheckpoints, type RealCheckpoint } from '../bench/checkpoints/real-checkpoints.ts';
import { writeCheckpoint } from '../bench/checkpoints/write-checkpoint.ts';
import { AppError } from '../errors.ts';
import { newNodeFolder } from '../platform/node-folder.ts';
import { quantisations, type Quantisation } from '../session/session.ts';
import { measureCheckpoint } from './real-shapes-measure.ts';

const names = realCheckpoints.map(({ name }) => name);
const usage = `Usage: npm run --silent real-shapes -- write DIR [NAME …] [--seed N]
       npm run --silent real-shapes -- measure DIR [NAME[:FORMAT] …] [--remove] [--document FILE.md] [--json]

write     checkpoints of real shapes with random weights, each in a folder of DIR
measure   loads each, lets it write and explain, and prints what that took as a table; writes those that are not there
          --remove      deletes each that it wrote, once it is measured
          --document    puts the table into this file, between its two marks

NAME      ${names.join(', ')}; all but the last, where none is given
FORMAT    ${quantisations.join(', ')}: of the weights while they load (none)
`;

/** What is measured where no names are given. */
const usual = [
  'smollm2-135m',
  'qwen2.5-0.5b',
  'llama-3.2-1b',
  'llama-3.2-1b:int4',
  'llama-3.2-1b-mlx-4bit',
  'vit-b-16',
];

const workingFolder = process.env['INIT_CWD'] ?? process.cwd();
const note = (line: string): void => void process.stderr.write(`${line}\n`);

try {
  await main();
} catch (error) {
  note(error instanceof AppError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)); // prettier-ignore
  process.exitCode = 1;
}
// Dawn's event loop would keep the process alive.
process.stdout.write('', () => process.exit());

async function main(): Promise<void> {
  const { values, positionals } = readArguments();
  const [command, given, ...chosen] = positionals;
  if (values.help) return void process.stdout.write(usage);
  if (given === undefined) return wrong('Give a command and a folder.');
  const folder = resolve(workingFolder, given);
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed)) return wrong(`--seed ${values.seed}: expected a whole number.`);
  if (command === 'write') return write(folder, chosen.length > 0 ? chosen : names.slice(0, -1), seed);
  if (command === 'measure-one') {
    const measured = await measureCheckpoint(folder, quantisationOf(chosen[0]));
    return void process.stdout.write(`${JSON.stringify(measured)}\n`);
  }
  if (command !== 'measure') return wrong(`There is no command "${command}".`);
  const document = values.document === undefined ? null : resolve(workingFolder, values.document);
  // Before the minutes that measuring takes.
  if (document !== null) await fill(document, '');
  const rows = await measureAll(folder, chosen.length > 0 ? chosen : usual, seed, values.remove);
  process.stdout.write(values.json ? `${JSON.stringify(rows, null, 2)}\n` : `${describe(rows)}\n`);
  if (document !== null) await writeFile(document, await fill(document, describe(rows)));
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        seed: { type: 'string', default: '1' },
        remove: { type: 'boolean', default: false },
        document: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
}

function wrong(sentence: string): never {
  process.stderr.write(`${sentence}\n\n${usage}`);
  process.exit(2);
}

function checkpointOf(name: string): RealCheckpoint {
  return realCheckpoints.find((each) => each.name === name) ?? wrong(`There is no checkpoint "${name}".`);
}

function quantisationOf(word = 'none'): Quantisation {
  return quantisations.find((each) => each === word) ?? wrong(`"${word}" is no format: ${quantisations.join(', ')}.`);
}

async function write(folder: string, chosen: readonly string[], seed: number): Promise<void> {
  for (const checkpoint of chosen.map(checkpointOf)) {
    const started = performance.now();
    await writeCheckpoint(await newNodeFolder(join(folder, checkpoint.name)), checkpoint, { seed });
    note(`Wrote ${checkpoint.name}, shaped after ${checkpoint.after}, in ${((performance.now() - started) / 1000).toFixed(0)} s`); // prettier-ignore
  }
}

async function measureAll(
  folder: string,
  chosen: readonly string[],
  seed: number,
  remove: boolean,
): Promise<CheckpointMeasurement[]> {
  const cases = chosen.map((each) => {
    const [name, quantize] = each.split(':');
    return { name: checkpointOf(name!).name, quantize: quantisationOf(quantize) };
  });
  const rows: CheckpointMeasurement[] = [];
  const written = new Set<string>();
  for (const [index, { name, quantize }] of cases.entries()) {
    // The configuration is written last.
    if (!existsSync(join(folder, name, 'config.json'))) {
      await write(folder, [name], seed);
      written.add(name);
    }
    note(`Measuring ${name}${quantize === 'none' ? '' : ` as ${quantize}`} …`);
    rows.push(await measureApart(join(folder, name), quantize));
    note(JSON.stringify(rows.at(-1)));
    const wantedAgain = cases.slice(index + 1).some((other) => other.name === name);
    if (remove && written.has(name) && !wantedAgain) await rm(join(folder, name), { recursive: true });
  }
  return rows;
}

/** In a process of its own; what it has to say goes to the standard error. */
async function measureApart(folder: string, quantize: Quantisation): Promise<CheckpointMeasurement> {
  const words = ['--expose-gc', process.argv[1]!, 'measure-one', folder, quantize];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
  const code = await new Promise((done) => child.on('close', done));
  if (code === 0) return JSON.parse(output) as CheckpointMeasurement;
  throw new AppError('UsageError', `${folder} could not be measured; the reason stands above.`);
}

function describe(rows: readonly CheckpointMeasurement[]): string {
  const { adapter, bindingBytes } = rows[0]!;
  const date = new Date().toISOString().slice(0, 10);
  const where = `${adapter}, bindings of ${Math.round(bindingBytes / 2 ** 20)} MiB, ${cpus().length} cores, ${date}.`;
  return `${where}\n\n${markdownTable(rows)}`;
}

/** What the document says with that text between its marks. */
async function fill(file: string, text: string): Promise<string> {
  const document = await readFile(file, 'utf8').catch(() => '');
  const filled = replaceMeasured(document, text);
  if (filled !== null) return filled;
  throw new AppError('UsageError', `${file} lacks the two marks that the table stands between; see docs/real-size.md.`);
}
