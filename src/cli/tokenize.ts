// `tokenize`: ids and character spans of one text or of many. Needs tokenizer files only: no weights, no GPU.
import { AppError } from '../errors.ts';
import type { TextToken, Tokenizer } from '../text/tokenizer.ts';
import { WrongUsage } from './arguments.ts';
import type { Command, Context } from './command.ts';

const usage = `Usage: npm run --silent cli -- tokenize --model DIR (--prompt TEXT | --prompts FILE.json) [flags]

Prints the tokens of a text: id, span in UTF-16 units, text.

  --model DIR            folder with tokenizer.json
  --prompt TEXT          the text
  --prompts FILE.json    a JSON file with a text or an array of texts
  --no-special-tokens    without the tokens the tokenizer puts around a text
  --json                 print {"ids":[…],"tokens":[{"id","text","start","end"}…]}, or an array of those
`;

interface Tokenized {
  readonly ids: readonly number[];
  readonly tokens: readonly TextToken[];
}

export const tokenize: Command = {
  name: 'tokenize',
  summary: 'splits a text into tokens',
  usage,
  options: {
    model: { type: 'string' },
    prompt: { type: 'string' },
    prompts: { type: 'string' },
    'no-special-tokens': { type: 'boolean' },
    json: { type: 'boolean' },
  },
  async run(values, context) {
    const path = values.required('model');
    const prompt = values.text('prompt');
    const file = values.text('prompts');
    if ((prompt === null) === (file === null)) throw new WrongUsage('Give either --prompt or --prompts.');
    const texts = prompt ?? (await readTexts(file!, context));
    const tokenizer = await context.openTokenizer(context.path(path));
    const specialTokens = !values.flag('no-special-tokens');
    const all = [texts].flat().map((text) => tokensOf(text, tokenizer, specialTokens));
    if (values.flag('json')) context.terminal.out(`${JSON.stringify(Array.isArray(texts) ? all : all[0])}\n`);
    else context.terminal.out(all.map(table).join('\n'));
  },
};

function tokensOf(text: string, tokenizer: Tokenizer, specialTokens: boolean): Tokenized {
  // No text, no tokens: not even those that would stand around it.
  const tokens = text === '' ? [] : tokenizer.encode(text, { specialTokens });
  return {
    ids: tokens.map(({ id }) => id),
    tokens: tokens.map((token) => ({ id: token.id, text: token.text, start: token.start, end: token.end })),
  };
}

async function readTexts(file: string, context: Context): Promise<string | string[]> {
  const path = context.path(file);
  let content: unknown;
  try {
    content = JSON.parse((await context.readText(path)).replace(/^\uFEFF/, ''));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('SourceError', `${path} cannot be read as JSON: ${reason}`, { cause: error });
  }
  if (typeof content === 'string') return content;
  if (Array.isArray(content) && content.every((text): text is string => typeof text === 'string')) return content;
  throw new AppError('FormatError', `${path} holds neither a text nor an array of texts.`);
}

function table({ tokens }: Tokenized): string {
  if (tokens.length === 0) return 'no tokens\n';
  return tokens
    .map(
      ({ id, text, start, end }) =>
        `${String(id).padStart(7)}  ${`${start}–${end}`.padEnd(9)}  ${JSON.stringify(text)}\n`,
    )
    .join('');
}
