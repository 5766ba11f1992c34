// A session that may take so much memory and no more: it says beforehand what does not fit, and goes on.
import { describe, expect, it } from 'vitest';
import { countBuffers } from '../bench/count-buffers.ts';
import type { LanguageModelInfo, LoadProgress, ModelLocation, Picture, Session } from './session.ts';
import { quantisedFixtureNames } from './fixtures.test-helper.ts';
import { adapter, at, disposeAfterEach, fixtureFolder, llama, newSession } from './session.test-helper.ts';

disposeAfterEach();

const vit = at(fixtureFolder('vit-hf'));
const image: Picture = { width: 4, height: 4, data: new Uint8Array(48).fill(99) };
const picture = { image, target: null, contrast: null, scalar: 'logit', recipe: 'attnlrp-gamma' } as const;
const tokens = (count: number): number[] => Array.from({ length: count }, (_, index) => 1 + (index % 50));
const asked = (count: number) =>
  ({ ids: tokens(count), target: null, contrast: null, scalar: 'logit', method: 'attnlrp' }) as const;
const loadWithin = (session: Session, location: ModelLocation, memoryBytes: number) =>
  session.load({ ...location, memoryBytes }) as Promise<LanguageModelInfo>;
const refused = (sentence: RegExp) =>
  expect.objectContaining({ name: 'OutOfMemoryError', message: expect.stringMatching(sentence) });

/** The fixture's 0.3 MB of weights, its cache, and a little. */
const little = 1.5e6;

describe('a session with a memory budget', { timeout: 120_000 }, () => {
  it('tells how long a text can be explained', async () => {
    const { memory, contextLength } = await loadWithin(newSession(), llama, 1e9);
    expect(memory?.explainableTokens).toBe(contextLength);
    expect(memory?.explainable).toMatch(/^Context you can explain on this device: all [\d,]+ tokens\.$/);
    expect(memory?.taken).toMatch(/^Weights [\d.]+ MB, keys and values of [\d,]+ tokens [\d.]+ MB\.$/);
    expect('memory' in (await newSession().load(llama))).toBe(false);
  });

  it('refuses a model that does not fit, names the smaller format that does, and keeps the one it has', async () => {
    const session = newSession();
    await session.load(vit);
    await expect(session.load({ ...vit, memoryBytes: 6e5 })).rejects.toEqual(
      refused(/^As F32 this model needs 0\.\d MB of GPU memory, but 0\.6 MB are allowed\. As int8 it needs 0\.\d MB/),
    );
    await expect(session.load({ ...vit, memoryBytes: 6e4 })).rejects.toEqual(
      refused(/Choose a smaller model, or allow/),
    );
    await expect(session.explainImage(picture)).resolves.toBeDefined();
    expect((await session.load({ ...vit, quantize: 'int8', memoryBytes: 6e5 })).format).toMatch(/^int8/);
    await expect(session.explainImage(picture)).resolves.toBeDefined();
  });

  it('refuses an explanation that does not fit before it starts, and goes on', async () => {
    const session = newSession();
    const { memory, contextLength } = await loadWithin(session, llama, little);
    const longest = memory!.explainableTokens;
    expect(longest).toBeGreaterThan(0);
    expect(longest).toBeLessThan(contextLength);
    const begun: number[] = [];
    const onProgress = (part: number): void => void begun.push(part);
    const tooLong = session.explain(asked(contextLength), { onProgress });
    await expect(tooLong).rejects.toEqual(refused(/^Explaining [\d,]+ tokens takes .* Shorten the text to about/));
    expect(begun).toEqual([]);
    await expect(session.explain(asked(longest))).resolves.toBeDefined();
    const { ids, scalar, method } = asked(longest);
    const targets = ids.map((_, index) => ({ position: index + 1, target: null, contrast: null }));
    await expect(session.explainEach({ ids, scalar, method, targets })).rejects.toEqual(
      refused(/^Explaining [\d,]+ tokens of a text of [\d,]+ takes .* Explain fewer tokens at a time/),
    );
    await expect(
      session.explainEach({ ids: ids.slice(0, 9), scalar, method, targets: targets.slice(5, 9) }),
    ).resolves.toHaveLength(4);
  });

  it('keeps what blocks save where there is room for it, and computes them again where there is not', async () => {
    /** Most bytes that the GPU holds at once. */
    const measured = async <Result>(
      location: ModelLocation,
      memoryBytes: number | null,
      ask: (session: Session) => Promise<Result>,
    ) => {
      const { gpu, held } = countBuffers(adapter);
      const session = newSession({ gpu });
      await session.load({ ...location, ...(memoryBytes !== null && { memoryBytes }) });
      const result = await ask(session);
      await session.dispose();
      return { peak: held.peak, result };
    };
    const seen = (bytes: number | null, wayBack?: 'recompute') =>
      measured(vit, bytes, (session) => session.explainImage({ ...picture, wayBack }));
    const read = (count: number, wayBack?: 'recompute') =>
      measured(llama, little, (session) => session.explain({ ...asked(count), wayBack }));

    const [kept, again] = [await seen(1e9), await seen(1e9, 'recompute')];
    expect(kept.peak).toBeGreaterThan(again.peak);
    expect(kept.result).toEqual(again.result);
    expect(await seen(null)).toEqual(kept);
    expect(await seen(Math.floor((kept.peak + again.peak) / 2))).toEqual(again);

    const { memory } = await loadWithin(newSession(), llama, little);
    const longest = memory!.explainableTokens;
    expect(await read(longest)).toEqual(await read(longest, 'recompute'));
    const [shortKept, shortAgain] = [await read(longest >> 2), await read(longest >> 2, 'recompute')];
    expect(shortKept.peak).toBeGreaterThan(shortAgain.peak);
    expect(shortKept.peak).toBeLessThan(little);
    expect(shortKept.result).toEqual(shortAgain.result);
  });

  it('counts the other model', async () => {
    const session = newSession();
    await loadWithin(session, llama, little);
    await expect(session.load({ ...vit, memoryBytes: 1.2e6 })).rejects.toEqual(
      Object.assign(refused(/are taken by llama\. Close llama/), { remedies: { close: 'language' } }),
    );
    await session.close({ kind: 'language' });
    await expect(session.explain(asked(3))).rejects.toThrow('No model is loaded');
    await session.load({ ...vit, memoryBytes: 1.2e6 });
    await expect(session.explainImage(picture)).resolves.toBeDefined();
    await session.close({ kind: 'image' });
    await expect(session.explainImage(picture)).rejects.toThrow('No image model is loaded');
  });

  it('tells when the model before has made way for one that is cancelled', async () => {
    const session = newSession();
    for (const [memoryBytes, madeWay] of [
      [1e9, false],
      [little, true],
    ] as const) {
      await loadWithin(session, llama, memoryBytes);
      const stop = new AbortController();
      const onProgress = ({ phase, doneBytes }: LoadProgress): void => {
        if (phase === 'weights' && doneBytes > 0) stop.abort();
      };
      const cancelled = await session
        .load({ ...llama, memoryBytes }, { signal: stop.signal, onProgress })
        .catch((error: unknown) => error);
      expect(cancelled).toMatchObject({ name: 'AbortError' });
      expect('madeWay' in (cancelled as Error)).toBe(madeWay);
      const next = session.explain(asked(3));
      await (madeWay ? expect(next).rejects.toThrow('No model is loaded') : expect(next).resolves.toBeDefined());
    }
  });

  it('tells what a model would take in each format, before it is loaded', async () => {
    const session = newSession();
    const plan = await session.planModel({ ...llama, memoryBytes: little });
    expect(plan).toMatchObject({ name: 'llama', kind: 'language', advice: null });
    expect(plan.formats.map(({ quantize, format }) => `${quantize}: ${format}`)).toEqual([
      'none: BF16',
      'int8: int8 (group 64)',
      'int4: int4 (group 32) + int8 (group 64)',
    ]);
    for (const { quantize, weightBytes, explainable } of plan.formats) {
      const info = (await session.load({ ...llama, quantize, memoryBytes: little })) as LanguageModelInfo;
      expect([info.weightBytes, info.memory?.explainable]).toEqual([weightBytes, explainable]);
    }
    const small = await session.planModel({ ...vit, memoryBytes: 6e5 });
    expect(small.formats.map(({ fits }) => fits)).toEqual([false, false, false]);
    expect(small.advice).toMatch(/^As F32 this model needs .* taken by llama\./);
    const quantised = await session.planModel(at(fixtureFolder(quantisedFixtureNames[0]!)));
    expect(quantised.formats.map(({ quantize }) => quantize)).toEqual(['none']);
  });
});
