// The session as the app uses it: it loads, writes and explains, and its jobs take turns.
import { describe, expect, it } from 'vitest';
import { expectedCases } from './fixtures.test-helper.ts';
import { greedy, type LoadProgress } from './session.ts';
import { at, disposeAfterEach, fixtureFolder, llama, loadedSession, newSession } from './session.test-helper.ts';

disposeAfterEach();
const [expected] = expectedCases('llama');
const ids = expected!.ids;
const explanation = { ids, target: null, contrast: null, scalar: 'logit', method: 'attnlrp' } as const;
const writing = { ids, maxTokens: 4, sampling: greedy };

describe('a session', () => {
  it('keeps keys and values as f16 where that is asked for, and explains as ever', async () => {
    const [usual, half] = [newSession(), newSession()];
    await usual.load(llama);
    expect(await half.load({ ...llama, cache: 'f16' })).toMatchObject({ cache: 'f16', contextLength: 512 });
    const { ids } = await half.generate(writing);
    expect(ids).toHaveLength(4);
    expect(await half.explain(explanation)).toEqual(await usual.explain(explanation));
  });

  it('loads a model, tells its progress, and describes it', async () => {
    const session = newSession({ warmsUp: true });
    const told: LoadProgress[] = [];
    const info = await session.load(llama, { onProgress: (progress) => void told.push(progress) });
    expect(info).toMatchObject({
      name: 'llama',
      architecture: 'LlamaForCausalLM',
      format: 'BF16',
      layers: 3,
      vocabularySize: 320,
      contextLength: 512,
      cache: 'f32',
      hasTokenizer: false,
      warnings: [],
    });
    expect(info.weightBytes).toBeGreaterThan(2 * info.parameters - 1);
    expect(info.adapter.name).not.toBe('');
    expect([...new Set(told.map(({ phase }) => phase))]).toEqual(['opening', 'weights', 'compiling']);
    const weights = told.filter(({ phase }) => phase === 'weights');
    expect(weights.every(({ doneBytes }, index) => doneBytes > (weights[index - 1]?.doneBytes ?? 0))).toBe(true);
    expect(weights.at(-1)!.doneBytes).toBe(weights.at(-1)!.totalBytes);
  });

  it('writes and explains ids, without texts where there is no tokenizer', async () => {
    const session = await loadedSession();
    const tokens: unknown[] = [];
    const written = await session.generate(writing, { onProgress: (token) => void tokens.push(token) });
    expect(written).toMatchObject({ text: null, stopped: 'max-tokens' });
    expect(written.ids[0]).toBe(expected!.target.id);
    expect(tokens).toEqual(written.ids.map((id) => ({ id, special: false, text: null })));

    const progress: number[] = [];
    const result = await session.explain(explanation, { onProgress: (done) => void progress.push(done) });
    expect(result.target).toMatchObject({ id: expected!.target.id, text: null });
    expect(result.target.score).toBeCloseTo(expected!.ledger.score, 4);
    result.tokens.forEach((token, index) => {
      expect(token).toMatchObject({ id: ids[index], text: null });
      expect(token.relevance).toBeCloseTo(expected!.relevance[index]!, 4);
    });
    expect(result.layers).toHaveLength(3);
    const { score, inputs, softmax, biases, router, residue } = result.ledger;
    expect(inputs + softmax! + biases! + router! + residue!).toBeCloseTo(score, 9);
    expect(Math.abs(residue!)).toBeLessThan(1e-4);
    expect(progress.toSorted((a, b) => a - b)).toEqual(progress);
    expect(progress.at(-1)).toBe(1);
    await expect(session.tokenize({ text: 'some words' })).rejects.toThrow(
      'This folder has no tokenizer.json, so text cannot be read. Give token ids.',
    );
  });

  it('refuses every job before a model is loaded, and after it was disposed of', async () => {
    const session = newSession();
    const none = expect.objectContaining({ name: 'UsageError', message: 'No model is loaded. Open a model first.' });
    const refusesAll = async (): Promise<void> => {
      await expect(session.generate(writing)).rejects.toThrow(none);
      await expect(session.explain(explanation)).rejects.toThrow(none);
      await expect(session.tokenize({ text: 'a' })).rejects.toThrow(none);
    };
    await refusesAll();
    await session.load(llama);
    await session.dispose();
    await refusesAll();
  });

  it('takes one job after the other', async () => {
    const session = await loadedSession();
    const order: string[] = [];
    const done = (name: string) => () => void order.push(name);
    await Promise.all([
      session.generate(writing, { onProgress: () => void order.push('token') }).then(done('written')),
      session.explain(explanation, { onProgress: () => void order.push('step') }).then(done('explained')),
      session.load(at(fixtureFolder('mistral'))).then(done('loaded')),
      session.explain({ ...explanation, ids: [1, 2, 3] }).then(done('explained')),
    ]);
    const turns = order.filter((name, index) => name !== order[index - 1]);
    expect(turns).toEqual(['token', 'written', 'step', 'explained', 'loaded', 'explained']);
  });

  it('stops explaining when asked to, and goes on with the next job', async () => {
    const session = await loadedSession();
    const controller = new AbortController();
    const onProgress = (): void => controller.abort();
    const stopped = session.explain(explanation, { signal: controller.signal, onProgress });
    const next = session.explain(explanation);
    await expect(stopped).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect((await next).target.id).toBe(expected!.target.id);
  });
});
