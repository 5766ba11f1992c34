// From the words of the command line to an exit code: 0 done, 1 failed with a sentence, 2 wrong usage.
import { AppError } from '../errors.ts';
import { readArguments, WrongUsage } from './arguments.ts';
import type { Command, Context } from './command.ts';
import { explain } from './explain.ts';
import { generate } from './generate.ts';
import { localise } from './localise.ts';
import { quantiseQuality } from './quantise-quality.ts';
import { tokenize } from './tokenize.ts';

const commands: readonly Command[] = [generate, tokenize, explain, localise, quantiseQuality];

const overview = `Usage: npm run --silent cli -- COMMAND [flags]

${commands.map(({ name, summary }) => `  ${name.padEnd(18)}${summary}`).join('\n')}

COMMAND --help tells its flags. Results go to the standard output, messages to the standard error.
Exit code: 0 done, 1 failed, 2 wrong usage. VK_ICD_FILENAMES chooses a Vulkan driver; without it one is found.
`;

export async function run(words: readonly string[], context: Context): Promise<number> {
  const [name, ...rest] = words;
  const command = commands.find((candidate) => candidate.name === name);
  const usage = command?.usage ?? overview;
  try {
    if (name === '--help' || name === '-h') {
      context.terminal.out(overview);
      return 0;
    }
    if (command === undefined)
      throw new WrongUsage(name === undefined ? 'A command is missing.' : `Unknown command: ${name}`);
    const values = readArguments(rest, command.options);
    if (values.flag('help')) context.terminal.out(usage);
    else await command.run(values, context);
    return 0;
  } catch (error) {
    context.terminal.progress('');
    if (error instanceof WrongUsage) {
      context.terminal.note(`${error.message}\n\n${usage.trimEnd()}`);
      return 2;
    }
    context.terminal.note(sentenceOf(error));
    return 1;
  }
}

/** What the sentence advises, in the words of the command line. */
function flagsFor({ remedies }: AppError): string {
  const format = remedies?.quantize;
  return format && format !== 'none' ? ` Give --quantize ${format}.` : '';
}

function sentenceOf(error: unknown): string {
  if (error instanceof AppError) return `${error.message}${flagsFor(error)}`;
  if (error instanceof Error && error.name === 'AbortError') return 'Stopped.';
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${details}\nThis is a defect of attnlrp-webgpu, not of your input: please report it with the command line.`;
}
