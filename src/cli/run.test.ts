import { describe, expect, test } from 'vitest';
import { AppError } from '../errors.ts';
import { explanation, generation, info, runFake } from './fake-context.test-helper.ts';

const usageErrors: readonly (readonly [words: string, sentence: RegExp])[] = [
  ['', /command is missing/],
  ['sing', /Unknown command: sing/],
  ['generate', /--model is missing/],
  ['generate --model toy', /either --prompt or --ids/],
  ['generate --model toy --prompt a --ids 1', /either --prompt or --ids/],
  ['generate --model toy --ids 1,x', /'x' is not a token id/],
  ['generate --model toy --ids 1,,2', /'' is not a token id/],
  ['generate --model toy --ids 1 --max-tokens ten', /--max-tokens ten: expected a number/],
  ['generate --model toy --ids 1 --max-tokens 1.5', /whole number/],
  ['generate --model toy --ids 1 --temperature -1', /from 0/],
  ['generate --model toy --ids 1 --top-p 2', /from 0 to 1/],
  ['generate --model toy --ids 1 --seed', /--seed needs a value/],
  ['generate --model toy --prompt --json', /--prompt needs a value/],
  ['generate --model toy --ids 1 --memory lots', /--memory lots: expected bytes, or a number with a unit such as 4GB/],
  ['explain --model toy --ids 1 --memory 0', /--memory 0: expected bytes/],
  ['generate --model toy --ids 1 --cache f8', /--cache f8: expected f32, f16/],
  ['explain --model toy --ids 1 --cache f16', /--cache/],
  ['generate --model toy --ids 1 --loud', /--loud/],
  ['generate toy --ids 1', /toy/],
  ['explain --model toy --ids 1 --method magic', /expected attnlrp, cp-lrp, gradient-x-input/],
  ['explain --model toy --ids 1 --target on', /'on' is not a token id/],
  ['tokenize --model toy', /either --prompt or --prompts/],
];

describe('the command line', () => {
  test.for(usageErrors)('calls "%s" wrong usage', async ([words, sentence]) => {
    const { code, out, notes } = await runFake(words.split(' ').filter(Boolean));
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(notes).toMatch(sentence);
    expect(notes).toContain('Usage:');
  });

  test.for(['--help', '-h', 'generate --help', 'tokenize --help', 'explain --help'])('helps with %s', async (words) => {
    const { code, out, notes } = await runFake(words.split(' '));
    expect({ code, notes }).toEqual({ code: 0, notes: '' });
    expect(out).toMatch(/^Usage: npm run --silent cli/);
  });

  test('tells a failure in its own sentence, with exit code 1', async () => {
    const failure = new AppError('SourceError', 'config.json is missing.');
    const { code, out, notes } = await runFake(['explain', '--model', 'toy', '--ids', '1'], { failure });
    expect({ code, out, notes }).toEqual({ code: 1, out: '', notes: 'config.json is missing.\n' });
  });

  test('names the flag for what a refusal advises', async () => {
    const sentence = 'As int8 it needs 5.2 MB and fits.';
    const failure = new AppError('OutOfMemoryError', sentence, { remedies: { quantize: 'int8' } });
    const { code, notes } = await runFake(['generate', '--model', 'toy', '--ids', '1'], { failure });
    expect({ code, notes }).toEqual({ code: 1, notes: `${sentence} Give --quantize int8.\n` });
  });

  test('hands on how keys and values are to be kept, and says nothing where it is as usual', async () => {
    const requestOf = async (...words: string[]) =>
      (await runFake(['generate', '--model', 'toy', '--ids', '1', ...words])).requests[0];
    const folder = { kind: 'folder', path: '/here/toy' };
    expect(await requestOf('--cache', 'f16')).toEqual({ ...folder, cache: 'f16' });
    expect(await requestOf('--cache', 'f32')).toEqual(folder);
  });

  test('owns up to a defect', async () => {
    const { code, notes } = await runFake(['explain', '--model', 'toy', '--ids', '1'], {
      failure: new TypeError('oh'),
    });
    expect(code).toBe(1);
    expect(notes).toMatch(/TypeError: oh[\s\S]*defect of attnlrp-webgpu/);
  });
});

describe('generate', () => {
  test('prints the generated text and nothing else', async () => {
    const { code, out, notes } = await runFake(['generate', '--model', 'toy', '--prompt', '-2 is']);
    expect({ code, out }).toEqual({ code: 0, out: generation.text });
    expect(notes).toContain('toy adapter, a software adapter');
    expect(notes).toContain('8.0 tokens/s');
  });

  test('prints ids and text as JSON', async () => {
    const { out } = await runFake(['generate', '--model', 'toy', '--ids', '1, 2', '--json']);
    expect(JSON.parse(out)).toEqual({ ids: [4, 5], text: ' on and' });
  });

  test('prints ids where there is no tokenizer', async () => {
    const { out } = await runFake(['generate', '--model', 'toy', '--ids', '1,2'], {
      generation: { ...generation, text: null },
    });
    expect(out).toBe('4,5\n');
  });

  test('hands every flag to the session and closes it', async () => {
    const flags =
      '--max-tokens 3 --temperature 0.5 --top-k 4 --top-p .9 --min-p 5e-2 --repetition-penalty 1.1 --seed 7'.split(' ');
    const { requests } = await runFake(['generate', '--model', 'toy', '--ids', '1,2', ...flags]);
    expect(requests).toEqual([
      { kind: 'folder', path: '/here/toy' },
      {
        ids: [1, 2],
        maxTokens: 3,
        sampling: { temperature: 0.5, topK: 4, topP: 0.9, minP: 0.05, repetitionPenalty: 1.1, seed: 7 },
      },
      'disposed',
    ]);
  });

  test.for([
    ['4GB', 4e9],
    ['1.5GiB', 1.5 * 2 ** 30],
    ['800mb', 8e8],
    ['123456', 123456],
  ] as const)('plans within %s of GPU memory, and tells what fits', async ([given, memoryBytes]) => {
    const memory = { explainableTokens: 340, explainable: 'About 340 tokens.', taken: 'Weights 270 MB.' };
    const words = ['generate', '--model', 'toy', '--ids', '1', '--memory', given];
    const { requests, notes } = await runFake(words, { info: { ...info, memory } });
    expect(requests[0]).toEqual({ kind: 'folder', path: '/here/toy', memoryBytes });
    expect(notes).toContain('Weights 270 MB. About 340 tokens.');
  });

  test('refuses an empty prompt that the tokenizer leaves empty', async () => {
    const { code, notes } = await runFake(['generate', '--model', 'toy', '--prompt', '']);
    expect(code).toBe(1);
    expect(notes).toContain('The prompt is empty');
  });
});

describe('tokenize', () => {
  const a = { ids: [97], tokens: [{ id: 97, text: 'a', start: 0, end: 1 }] };
  const empty = { ids: [], tokens: [] };

  test('prints ids and spans of one text as an object', async () => {
    const { out } = await runFake(['tokenize', '--model', 'toy', '--prompt', 'a', '--json']);
    expect(JSON.parse(out)).toEqual(a);
  });

  test('prints an array for a file that holds one', async () => {
    const files = { '/here/texts.json': '["a", ""]' };
    const { out } = await runFake(['tokenize', '--model', 'toy', '--prompts', 'texts.json', '--json'], { files });
    expect(JSON.parse(out)).toEqual([a, empty]);
  });

  test('prints a table without --json', async () => {
    const { out } = await runFake(['tokenize', '--model', 'toy', '--prompt', 'ab']);
    expect(out).toBe('     97  0–1        "a"\n     98  1–2        "b"\n');
  });

  test.for(['{', '[1]', '{"a": 1}'])('refuses a file that holds %s', async (content) => {
    const files = { '/here/texts.json': content };
    const { code, notes } = await runFake(['tokenize', '--model', 'toy', '--prompts', 'texts.json'], { files });
    expect(code).toBe(1);
    expect(notes).toContain('/here/texts.json');
  });
});

describe('explain', () => {
  const words = ['explain', '--model', 'toy', '--ids', '1,2'];

  test('prints the explanation without its candidates as JSON', async () => {
    const { code, out } = await runFake([...words, '--json']);
    const { candidates: _, ...rest } = explanation;
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(rest);
  });

  test('takes the likeliest token, the logit and AttnLRP unless told otherwise', async () => {
    const { requests } = await runFake(words);
    expect(requests[1]).toEqual({
      ids: [1, 2],
      target: null,
      contrast: null,
      scalar: 'logit',
      method: 'attnlrp',
    });
  });

  test.for([2e-4 * 2.5, Number.NaN])('fails after printing when the residue is %f', async (residue) => {
    const open = { ...explanation, ledger: { ...explanation.ledger, residue } };
    const { code, out, notes } = await runFake([...words, '--json'], { explanation: open });
    expect(code).toBe(1);
    expect(out).toContain('"relevance":3');
    expect(notes).toContain('does not close');
  });

  test('asks no ledger of gradient × input', async () => {
    const ledger = { score: 2.5, inputs: 9, softmax: null, biases: null, router: null, residue: null };
    const gradient = { ...explanation, method: 'gradient-x-input' as const, ledger };
    const { code, out } = await runFake([...words, '--json'], { explanation: gradient });
    expect(code).toBe(0);
    expect(JSON.parse(out).ledger).toEqual(ledger);
  });
});
