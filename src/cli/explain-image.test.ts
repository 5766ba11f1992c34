// `explain --image`: what it prints, what it asks the session, and what it says to the wrong kind of model.
import { describe, expect, test } from 'vitest';
import { imageExplanation, imageInfo, runFake } from './fake-context.test-helper.ts';

const words = ['explain', '--model', 'eye', '--image', 'cat.png'];
const answers = { info: imageInfo };

describe('explain --image', () => {
  test('prints classes, target, grid, patches and ledger as JSON, in that order and nothing else', async () => {
    const { code, out } = await runFake([...words, '--json'], answers);
    const { classes, target, grid, patches, ledger } = imageExplanation;
    expect(code).toBe(0);
    expect(out).toBe(`${JSON.stringify({ classes, target, grid, patches, ledger })}\n`);
    expect(Object.keys(JSON.parse(out).ledger)).toEqual(
      ['score', 'inputs', 'softmax', 'biases', 'positions', 'cls', 'residue'], // prettier-ignore
    );
  });

  test('adds the contrast when one was asked for', async () => {
    const contrast = { id: 0, label: 'cat', logit: 1 };
    const { out } = await runFake([...words, '--contrast', '0', '--json'], {
      ...answers,
      imageExplanation: { ...imageExplanation, contrast },
    });
    expect(JSON.parse(out)).toMatchObject({ contrast });
  });

  test('takes the likeliest class, the logit and CP-LRP with γ unless told otherwise', async () => {
    const { requests } = await runFake(words, answers);
    const image = { width: 1, height: 1, data: new Uint8Array(3) };
    const request = { image, target: null, contrast: null, scalar: 'logit', recipe: 'cp-lrp-gamma', gammas: {} };
    expect(requests).toEqual([{ kind: 'folder', path: '/here/eye' }, request, 'disposed']);
  });

  test('hands class, contrast, recipe and γ per site to the session', async () => {
    const flags = '--class 1 --contrast 0 --recipe attnlrp-gamma --gamma-mlp 0.1 --gamma-conv 1e2 --gamma-qkv 0';
    const { requests } = await runFake([...words, ...flags.split(' ')], answers);
    expect(requests[1]).toMatchObject({
      target: 1,
      contrast: 0,
      recipe: 'attnlrp-gamma',
      gammas: { mlp: 0.1, patches: 100, 'query-key-value': 0 },
    });
  });

  test('writes the picture the model saw with its relevance over it', async () => {
    const { written } = await runFake([...words, '--out', 'heat.png'], answers);
    expect(written.map(({ path, picture }) => [path, picture.width, picture.height])).toEqual([
      ['/here/heat.png', 2, 1],
    ]);
    const [red, , blue] = written[0]!.picture.data;
    expect(red).toBeGreaterThan(blue!);
  });

  test.for([
    ['--class cat', /'cat' is not a class id/],
    ['--recipe magic', /expected cp-lrp-gamma/],
    ['--gamma-mlp -1', /from 0/],
    ['--prompt a', /do not go with --image/],
  ] as const)('calls %s wrong usage', async ([flags, sentence]) => {
    const { code, notes } = await runFake([...words, ...flags.split(' ')], answers);
    expect(code).toBe(2);
    expect(notes).toMatch(sentence);
  });
});

describe('a model of the other kind', () => {
  test.for([
    ['generate', '--model', 'eye', '--ids', '1'],
    ['explain', '--model', 'eye', '--prompt', 'a'],
  ])('is refused by %s, which points to --image', async (command) => {
    const { code, out, notes, requests } = await runFake(command, answers);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(notes).toContain('eye holds an image classifier (ViTForImageClassification)');
    expect(notes).toContain('--image FILE');
    expect(requests.at(-1)).toBe('disposed');
  });

  test('is refused by --image, which points to --prompt and --ids', async () => {
    const { code, notes } = await runFake(words);
    expect(code).toBe(1);
    expect(notes).toMatch(/toy holds a language model \(LlamaForCausalLM\).*--prompt or --ids/);
  });
});
