// `generate`: continues a prompt; the generated part alone, as text while it comes or as JSON.
import { cacheFormats, greedy, quantisations, type Generation, type Sampling } from '../session/session.ts';
import type { Values } from './arguments.ts';
import type { Command, Context } from './command.ts';
import { chatUsage } from './conversation.ts';
import { idsOf, promptOptions, readGivenModel, readPrompt, withModel } from './model.ts';

const usage = `Usage: npm run --silent cli -- generate --model DIR (--prompt TEXT | --ids 1,2,3 | --messages FILE) [flags]

Continues the prompt, or answers in a conversation, and prints what was generated.

  --model DIR               folder with config.json, the safetensors and, for --prompt, the tokenizer files
  --prompt TEXT             the text to continue
  --ids 1,2,3               token ids to continue, taken as they are
${chatUsage(28)}  --quantize FORMAT         ${quantisations.join(', ')} (none: weights exactly as they are stored)
  --cache FORMAT            of keys and values: ${cacheFormats.join(', ')}; f16 keeps twice the text in the same memory
  --memory SIZE             of the GPU that may be taken, such as 4GB; tells how long a text can be explained in it
  --max-tokens N            at most this many tokens (256)
  --temperature T           0 is greedy, the default
  --top-k K                 keep the K likeliest tokens (0: all)
  --top-p P                 keep the likeliest tokens that reach probability P together (1: all)
  --min-p P                 drop tokens below P times the likeliest one's probability (0: none)
  --repetition-penalty R    divide the scores of tokens already seen (1: off)
  --seed S                  of the random choice (0)
  --json                    print {"ids":[…],"text":"…"}
`;

export const generate: Command = {
  name: 'generate',
  summary: 'continues a prompt',
  usage,
  options: {
    ...promptOptions,
    cache: { type: 'string' },
    'max-tokens': { type: 'string' },
    temperature: { type: 'string' },
    'top-k': { type: 'string' },
    'top-p': { type: 'string' },
    'min-p': { type: 'string' },
    'repetition-penalty': { type: 'string' },
    seed: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run(values, context) {
    const model = { ...readGivenModel(values), cache: values.oneOf('cache', cacheFormats, 'f32') };
    const prompt = await readPrompt(values, context);
    const sampling = readSampling(values);
    const maxTokens = values.integer('max-tokens', [0, Number.MAX_SAFE_INTEGER], 256);
    const json = values.flag('json');
    const generation = await withModel(model, context, async (session) => {
      const ids = await idsOf(prompt, session);
      return stream(context, json, (onProgress) =>
        session.generate({ ids, maxTokens, sampling }, { signal: context.signal, onProgress }),
      );
    });
    context.terminal.note(speeds(generation));
  },
};

function readSampling(values: Values): Sampling {
  return {
    temperature: values.number('temperature', [0, Infinity], greedy.temperature),
    topK: values.integer('top-k', [0, Number.MAX_SAFE_INTEGER], greedy.topK),
    topP: values.number('top-p', [0, 1], greedy.topP),
    minP: values.number('min-p', [0, 1], greedy.minP),
    repetitionPenalty: values.number('repetition-penalty', [1e-3, Infinity], greedy.repetitionPenalty),
    seed: values.integer('seed', [0, Number.MAX_SAFE_INTEGER], greedy.seed),
  };
}

/** Text goes out as it becomes readable; JSON, and ids where there is no tokenizer, at the end. */
async function stream(
  { terminal }: Context,
  json: boolean,
  run: (onProgress: (token: { readonly text: string | null }) => void) => Promise<Generation>,
): Promise<Generation> {
  let written = '';
  const generation = await run(({ text }) => {
    if (json || text === null) return;
    terminal.out(text);
    written += text;
  });
  const { ids, text } = generation;
  if (json) terminal.out(`${JSON.stringify({ ids, text })}\n`);
  else if (text === null) terminal.out(`${ids.join(',')}\n`);
  // The rest is what the tokenizer held back; the line end is for people, not part of the text.
  else terminal.out(text.slice(written.length) + (terminal.interactive ? '\n' : ''));
  return generation;
}

const endings: Readonly<Record<Generation['stopped'], string>> = {
  'end-of-text': 'The model ended the text.',
  'max-tokens': 'Stopped at --max-tokens.',
  'context-full': 'Stopped: the context is full, no more tokens fit.',
  cancelled: 'Stopped as asked.',
};

function speeds({ prefill, decode, stopped }: Generation): string {
  return `Prefill: ${speed(prefill)}. Decode: ${speed(decode)}. ${endings[stopped]}`;
}

function speed({ tokens, seconds }: { readonly tokens: number; readonly seconds: number }): string {
  const perSecond = seconds > 0 ? tokens / seconds : 0;
  return `${tokens} tokens in ${seconds.toFixed(2)} s, ${perSecond.toFixed(1)} tokens/s`;
}
