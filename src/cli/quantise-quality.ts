// `quantise-quality`: how near a quantised model stays to the one that is stored, for every way of quantising.
import type { QuantisationQuality } from '../session/quantisation-quality.ts';
import type { Command } from './command.ts';

const usage = `Usage: npm run --silent cli -- quantise-quality --model DIR [flags]

Lets the model write a greedy text as it is stored, then compares its logits at every position with those of the same
weights quantised: the mean and the least cosine, and how often the likeliest token is the same.

  --model DIR    folder with config.json, the safetensors and the tokenizer files
  --ids 1,2,3    the text begins with these token ids (with what the tokenizer puts before every text)
  --tokens N     positions to compare (128)
  --json         print [{"name","format","weightBytes","cosine","leastCosine","sameToken"},…]
`;

export const quantiseQuality: Command = {
  name: 'quantise-quality',
  summary: 'measures what quantising costs a model',
  usage,
  options: {
    model: { type: 'string' },
    ids: { type: 'string' },
    tokens: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run(values, context) {
    const path = context.path(values.required('model'));
    const request = { ids: values.ids('ids'), tokens: values.integer('tokens', [1, Number.MAX_SAFE_INTEGER], 128) };
    const { terminal, signal } = context;
    const onProgress = (name: string): void => terminal.progress(`Measuring: ${name}`);
    const results = await context.quantisationQuality(path, request, { signal, onProgress });
    terminal.progress('');
    terminal.out(values.flag('json') ? `${JSON.stringify(results)}\n` : describe(results));
  },
};

function describe(results: readonly QuantisationQuality[]): string {
  const rows = results.map(({ name, format, weightBytes, cosine, leastCosine, sameToken }) =>
    [name, format, (weightBytes / 1e6).toFixed(2), cosine.toFixed(5), leastCosine.toFixed(5), percent(sameToken)].join(
      ' | ',
    ),
  );
  const head = ['recipe | format | MB | mean cosine | least cosine | same token', '--- | --- | --- | --- | --- | ---'];
  return [...head, ...rows].map((row) => `| ${row} |\n`).join('');
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
