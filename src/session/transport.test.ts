// The transport over a MessageChannel: results, progress, cancelling and errors arrive as if there were no boundary.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../errors.ts';
import { greedy, type Generation, type Session, type StoredModels } from './session.ts';
import { connect, serve, type Port } from './transport.ts';

const ports: MessagePort[] = [];
afterEach(() => ports.splice(0).forEach((port) => port.close()));

const nothing = (): never => {
  throw new Error('not part of this test');
};

/** A session on the other side of a channel, with the methods the test gives. */
function across(methods: Partial<Session & StoredModels>): Session & StoredModels {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  const missing = {
    load: nothing,
    tokenize: nothing,
    tokenizeChat: nothing,
    generate: nothing,
    explain: nothing,
    explainEach: nothing,
    dispose: nothing,
  };
  const models = { storedModels: nothing, removeModel: nothing, keepOnly: nothing, planDownload: nothing };
  const memory = { close: nothing, planModel: nothing };
  serve({ ...missing, ...models, ...memory, explainImage: nothing, ...methods }, port1);
  return connect(port2);
}

const generation = (ids: number[], stopped: Generation['stopped']): Generation => ({
  ids,
  text: null,
  stopped,
  prefill: { tokens: 1, seconds: 1 },
  decode: { tokens: ids.length, seconds: 1 },
});

describe('a session across a port', () => {
  it('hands the request over and the result back', async () => {
    const tokenize = vi.fn<Session['tokenize']>(async ({ text }) => [
      { id: 7, text, start: 0, end: text.length, special: false },
    ]);
    const tokens = await across({ tokenize }).tokenize({ text: 'kite' });
    expect(tokens).toEqual([{ id: 7, text: 'kite', start: 0, end: 4, special: false }]);
  });

  it('keeps answers apart when calls overlap', async () => {
    const session = across({
      tokenize: async ({ text }) => {
        await new Promise((resolve) => setTimeout(resolve, text === 'slow' ? 20 : 0));
        return [{ id: text.length, text, start: 0, end: 0, special: false }];
      },
    });
    const [slow, fast] = await Promise.all([session.tokenize({ text: 'slow' }), session.tokenize({ text: 'fas' })]);
    expect([slow[0]?.id, fast[0]?.id]).toEqual([4, 3]);
  });

  it('delivers progress in order and before the result', async () => {
    const session = across({
      generate: async (_request, job) => {
        for (const id of [1, 2, 3]) job?.onProgress?.({ id, special: false, text: String(id) });
        return generation([1, 2, 3], 'max-tokens');
      },
    });
    const seen: number[] = [];
    const request = { ids: [0], maxTokens: 3, sampling: greedy };
    await session.generate(request, { onProgress: ({ id }) => seen.push(id) });
    expect(seen).toEqual([1, 2, 3]);
  });

  it('carries what is asked of stored models, with its cancelling', async () => {
    const removed: string[] = [];
    const storage = { models: [], freeBytes: 5, persistent: null, warning: null };
    const session = across({
      storedModels: async () => storage,
      removeModel: async ({ key }) => void removed.push(key),
      planDownload: (_model, job) =>
        new Promise((_resolve, reject) => job?.signal?.addEventListener('abort', () => reject(job.signal?.reason))),
    });
    expect(await session.storedModels()).toEqual(storage);
    await session.removeModel({ key: 'host/owner/model@main' });
    expect(removed).toEqual(['host/owner/model@main']);
    const signal = AbortSignal.abort();
    await expect(session.planDownload({ address: 'owner/model' }, { signal })).rejects.toThrow(/abort/);
  });

  it('turns an aborted signal into an aborted signal', async () => {
    const session = across({
      generate: (_request, job) =>
        new Promise((resolve) => {
          job?.signal?.addEventListener('abort', () => resolve(generation([9], 'cancelled')));
          job?.onProgress?.({ id: 9, special: false, text: null });
        }),
    });
    const controller = new AbortController();
    const request = { ids: [0], maxTokens: 3, sampling: greedy };
    const result = session.generate(request, { signal: controller.signal, onProgress: () => controller.abort() });
    expect((await result).stopped).toBe('cancelled');
  });

  it('cancels a call whose signal was aborted before it began', async () => {
    const session = across({
      explain: (_request, job) =>
        new Promise((_resolve, reject) => job?.signal?.addEventListener('abort', () => reject(job.signal?.reason))),
    });
    const request = { ids: [1], target: null, contrast: null, scalar: 'logit', method: 'attnlrp' } as const;
    await expect(session.explain(request, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('keeps name, message, stack and the message of the cause of an error', async () => {
    const session = across({
      load: async () => {
        throw new AppError('FormatError', 'model.safetensors ends too early.', { cause: new Error('8 bytes') });
      },
    });
    const error = await session.load({ kind: 'url', url: 'x' }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'FormatError', message: 'model.safetensors ends too early.' });
    expect((error as Error).stack).toContain('transport.test.ts');
    expect(((error as Error).cause as Error).message).toBe('8 bytes');
  });

  it('tells that the model before has made way, and only then', async () => {
    const outcomes = [
      Object.assign(new DOMException('Stopped.', 'AbortError'), { madeWay: true }),
      new Error('Broken.'),
    ];
    const session = across({ load: () => Promise.reject(outcomes.shift()!) });
    const location = { kind: 'url', url: 'https://example.org/' } as const;
    const failures = [await session.load(location).catch(Object), await session.load(location).catch(Object)];
    expect(failures[0]).toMatchObject({ name: 'AbortError', madeWay: true });
    expect('madeWay' in failures[1]).toBe(false);
  });

  it('rejects what is pending and what follows with a sentence when the worker crashes', async () => {
    const port: Port & EventTarget = Object.assign(new EventTarget(), { postMessage: () => undefined });
    const session = connect(port);
    const waiting = session.tokenize({ text: 'a' });
    port.dispatchEvent(Object.assign(new Event('error'), { message: 'out of memory' }));
    await expect(waiting).rejects.toThrow('The worker that runs the model stopped (out of memory)');
    await expect(session.tokenize({ text: 'b' })).rejects.toThrow('Reload the page');
  });
});
