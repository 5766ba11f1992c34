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

  test('says so when the likeliest class is the contrast itself', async () => {
    const contrast = { id: 1, label: 'dog', logit: 2 };
    const { code, out, notes } = await runFake([...words, '--contrast', '1', '--json'], {
      ...answers,
      imageExplanation: { ...imageExplanation, contrast },
    });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(notes).toContain('--contrast 1 is the explained class itself');
  });

  test('takes the likeliest class, the logit and CP-LRP with γ unless told otherwise', async () => {
    const { requests } = await runFake(words, answers);
    const image = { width: 1, height: 1, data: new Uint8Array(3) };
    const usual = { contrast: null, scalar: 'logit', recipe: 'cp-lrp-gamma', gammas: {} };
    const request = { image, target: null, ...usual };
    expect(requests).toEqual([{ kind: 'folder', path: '/here/eye' }, request, 'disposed']);
  });

  test('hands class, contrast, recipe and γ per site to the session', async () => {
    const gammas = '--gamma-mlp 0.1 --gamma-conv 1e2 --gamma-qkv 0';
    const flags = `--class 1 --contrast 0 --recipe attnlrp-gamma --recompute ${gammas}`;
    const { requests } = await runFake([...words, ...flags.split(' ')], answers);
    expect(requests[1]).toMatchObject({
      target: 1,
      contrast: 0,
      recipe: 'attnlrp-gamma',
      wayBack: 'recompute',
      gammas: { mlp: 0.1, patches: 100, 'query-key-value': 0 },
    });
  });

  test('keeps all where told so, and refuses both ways back at once', async () => {
    const { requests } = await runFake([...words, '--keep-all'], answers);
    expect(requests[1]).toMatchObject({ wayBack: 'keep-all' });
    const { code, notes } = await runFake([...words, '--keep-all', '--recompute'], answers);
    expect(code).toBe(1);
    expect(notes).toContain('Of --keep-all and --recompute only one can be meant.');
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
    ['--prompt a', /--prompt cannot stand beside --image/],
    ['--method attnlrp', /images have --class and --recipe/],
    ['--class 1 --contrast 1', /the explained class itself/],
    ['--recipe gradient-x-input --gamma-mlp 1', /has no γ to set/],
    ['--gamma-mlp NaN', /from 0/],
    ['--out heat.jpg', /written as PNG/],
  ] as const)('calls %s wrong usage', async ([flags, sentence]) => {
    const { code, notes, requests } = await runFake([...words, ...flags.split(' ')], answers);
    expect(code).toBe(2);
    expect(notes).toMatch(sentence);
    expect(requests).toEqual([]);
  });
});

describe('a model of the other kind', () => {
  test.for([
    ['generate', '--model', 'eye', '--ids', '1'],
    ['explain', '--model', 'eye', '--prompt', 'a'],
  ])('is refused by %s before it is loaded, with a word about --image', async (command) => {
    const { code, out, notes, requests } = await runFake(command, answers);
    expect({ code, out, requests }).toEqual({ code: 1, out: '', requests: [] });
    expect(notes).toContain('eye holds an image classifier (ViTForImageClassification)');
    expect(notes).toContain('--image FILE');
  });

  test('is refused once it is loaded, where its config.json does not tell', async () => {
    const { code, notes, requests } = await runFake(words, { saysItsKind: false });
    expect(code).toBe(1);
    expect(notes).toContain('holds a language model');
    expect(requests.at(-1)).toBe('disposed');
  });

  test('is refused by --image, which points to --prompt and --ids', async () => {
    const { code, notes } = await runFake(words);
    expect(code).toBe(1);
    expect(notes).toMatch(/eye holds a language model \(LlamaForCausalLM\).*--prompt or --ids/);
  });
});
