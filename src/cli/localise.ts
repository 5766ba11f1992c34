// `localise`: how often maps point at evidence that is known, for every method and a random map.
import { isMosaicBenchmark } from '../evaluate/mosaic-benchmark.ts';
import type { Command } from './command.ts';
import { readJsonFile } from './json-file.ts';
import { localiseMosaics } from './localise-mosaics.ts';
import { localiseTexts } from './localise-texts.ts';

const usage = `Usage: npm run --silent cli -- localise --model DIR --benchmark FILE.json [flags]

For questions whose evidence is known: how often the most relevant token lies in it (top-1), and the share of positive
relevance inside it (mass). What is explained is the answer: the sum of its words' logits, without the full stop.
Questions that the model answers otherwise are left out and counted.

For mosaics of four pictures, one of which shows the asked class: the same of the patches, for each recipe; over all,
and over those whose asked class is seen, that is among the model's four likeliest.

  --model DIR            folder with config.json, safetensors and tokenizer files
  --benchmark FILE.json  ground truth, as in public/benchmarks
  --images DIR           mosaics: the folder with the benchmark's pictures, test/cat/0001.jpg and so on of CIFAR-10;
                         without it, the benchmark's few mosaics of pictures in public/samples
  --scalar NAME          what is explained, logit or centred-logit (logit)
  --limit N              the first N items (default 200)
  --seed S               of the random map (default 0)
  --json                 texts: {"METHOD":{"KIND":{"items","top1","mass"},…},…}
                         mosaics: {"scalar","chance","recipes":{"RECIPE":{"all":{"items","top1","mass"},"seen":{…}},…}}
`;

export const localise: Command = {
  name: 'localise',
  summary: 'scores the methods on texts or images whose evidence is known',
  usage,
  options: {
    model: { type: 'string' },
    benchmark: { type: 'string' },
    images: { type: 'string' },
    scalar: { type: 'string' },
    limit: { type: 'string' },
    seed: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run(values, context) {
    values.required('model');
    const file = context.path(values.required('benchmark'));
    const content = await readJsonFile(file, context);
    const report = isMosaicBenchmark(content) ? localiseMosaics : localiseTexts;
    context.terminal.out(await report(values, context, content, file));
  },
};
