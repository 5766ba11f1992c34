// `explain`: relevance of every token for the score of the one that follows; JSON, coloured text, or a table.
import { quantisations, type Explanation, type MethodName, type ScalarName } from '../session/session.ts';
import type { Command } from './command.ts';
import { chatUsage } from './conversation.ts';
import { describe } from './describe.ts';
import { explainImage, imageOptions, imageUsage } from './explain-image.ts';
import { requireClosed } from './ledger.ts';
import { idsOf, promptOptions, readGivenModel, readPrompt, withModel } from './model.ts';
import { wayBackOf } from './way-back.ts';

const methods: readonly MethodName[] = ['attnlrp', 'cp-lrp', 'gradient-x-input'];
const scalars: readonly ScalarName[] = ['logit', 'centred-logit'];

const usage = `Usage: npm run --silent cli -- explain --model DIR (--prompt TEXT | --ids 1,2,3 | --messages FILE | --image FILE) [flags]

Explains the score of the token that follows: how much each token before it contributes; or that of a class of an image:
how much each patch does.

  --model DIR        folder with config.json, the safetensors and, for --prompt, the tokenizer files
  --prompt TEXT      the text before the explained token
  --ids 1,2,3        its token ids, taken as they are
${chatUsage(21)}  --target ID        the token to explain (the likeliest one)
  --contrast ID      explain the target's score minus this token's
  --scalar NAME      ${scalars.join(', ')} (${scalars[0]})
  --method NAME      ${methods.join(', ')} (${methods[0]})
  --quantize FORMAT  ${quantisations.join(', ')} (none: weights exactly as they are stored)
  --memory SIZE      of the GPU that may be taken, such as 4GB; what does not fit is refused beforehand
  --keep-all         keep what is computed until the way back; it is anyway where the GPU has room, and else refused
  --recompute        compute each block again on the way back even where the GPU has room to keep it: slower, less memory
  --json             print tokens, target, contrast, method, scalar, layers and ledger as JSON
${imageUsage}`;

export const explain: Command = {
  name: 'explain',
  summary: 'shows which tokens a prediction rests on',
  usage,
  options: {
    ...promptOptions,
    target: { type: 'string' },
    contrast: { type: 'string' },
    scalar: { type: 'string' },
    method: { type: 'string' },
    'keep-all': { type: 'boolean' },
    recompute: { type: 'boolean' },
    json: { type: 'boolean' },
    ...imageOptions,
  },
  async run(values, context) {
    if (values.text('image') !== null) return explainImage(values, context);
    values.refuse(Object.keys(imageOptions), 'go with --image only');
    const model = readGivenModel(values);
    const prompt = await readPrompt(values, context);
    const choices = {
      target: values.id('target'),
      contrast: values.id('contrast'),
      scalar: values.oneOf('scalar', scalars, 'logit'),
      method: values.oneOf('method', methods, 'attnlrp'),
      wayBack: wayBackOf(values),
    };
    const { terminal, signal } = context;
    const explanation = await withModel(model, context, async (session) => {
      const onProgress = (part: number) => terminal.progress(`Explaining: ${Math.floor(100 * part)} %`);
      return session.explain({ ids: await idsOf(prompt, session), ...choices }, { signal, onProgress });
    });
    terminal.progress('');
    terminal.out(values.flag('json') ? `${toJson(explanation)}\n` : describe(explanation, terminal.colourBits));
    // Gradient × input conserves nothing.
    if (choices.method !== 'gradient-x-input') requireClosed({ ...explanation.ledger });
  },
};

function toJson({ tokens, target, contrast, method, scalar, layers, ledger }: Explanation): string {
  return JSON.stringify({ tokens, target, contrast, method, scalar, layers, ledger });
}
