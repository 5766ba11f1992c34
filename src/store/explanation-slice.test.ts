import { describe, expect, it } from 'vitest';
import { nothingBefore } from './explanation-slice.ts';
import { location, ran } from './testing/opened-store.ts';

describe('explaining a token', () => {
  it('asks for the written token after everything before it', async () => {
    const { store, session } = await ran();
    const { tokens } = store.getState().text;
    await store.getState().explain(4);
    expect(session.questions).toEqual([
      {
        ids: tokens.slice(0, 4).map(({ id }) => id),
        target: tokens[4]?.id,
        contrast: null,
        scalar: 'centred-logit',
        method: 'attnlrp',
      },
    ]);
  });

  it('answers a known question at once, without asking again', async () => {
    const { store, session } = await ran();
    await store.getState().explain(4);
    const first = store.getState().explanation.result;
    await store.getState().explain(5);
    void store.getState().explain(4);
    expect(store.getState().explanation).toMatchObject({ status: 'ready', question: { index: 4 } });
    expect(store.getState().explanation.result).toBe(first);
    expect(session.questions).toHaveLength(2);
  });

  it('asks anew for another candidate, contrast, method or scalar', async () => {
    const { store, session } = await ran();
    await store.getState().explain(4);
    await store.getState().explain(4, { target: 9 });
    await store.getState().explain(4, { target: 9, contrast: 3 });
    await store.getState().changeMethod({ method: 'cp-lrp' });
    await store.getState().changeMethod({ scalar: 'logit' });
    expect(session.questions.map(({ target, contrast, method, scalar }) => [target, contrast, method, scalar])).toEqual(
      [
        [store.getState().text.tokens[4]?.id, null, 'attnlrp', 'centred-logit'],
        [9, null, 'attnlrp', 'centred-logit'],
        [9, 3, 'attnlrp', 'centred-logit'],
        [9, 3, 'cp-lrp', 'centred-logit'],
        [9, 3, 'cp-lrp', 'logit'],
      ],
    );
  });

  it('forgets its answers with the model that gave them', async () => {
    const { store, session } = await ran();
    await store.getState().explain(4);
    await store.getState().openModel(location);
    await store.getState().run();
    await store.getState().explain(4);
    expect(session.questions).toHaveLength(2);
  });

  it('lets a new question cancel the old one', async () => {
    const { store } = await ran();
    const old = store.getState().explain(4);
    await Promise.all([old, store.getState().explain(5)]);
    expect(store.getState().explanation).toMatchObject({ status: 'ready', question: { index: 5 } });
    expect(store.getState().explanation.result?.tokens).toHaveLength(5);
    expect(store.getState().notices).toEqual([]);
  });

  it('says that the first token cannot be explained', async () => {
    const { store, session } = await ran();
    await store.getState().explain(0);
    expect(store.getState().explanation).toMatchObject({ status: 'failed', message: nothingBefore });
    expect(session.questions).toEqual([]);
  });

  it('reports a failure and shows no old answer in its place', async () => {
    const { store } = await ran({
      distort: (explanation) => {
        if (explanation.tokens.length === 5) throw new Error('Numerical overflow in layer 3.');
        return explanation;
      },
    });
    await store.getState().explain(4);
    await store.getState().explain(5);
    expect(store.getState().explanation).toMatchObject({ status: 'failed', result: null });
    expect(store.getState().notices[0]?.message).toBe('Numerical overflow in layer 3.');
    store.getState().dismiss(store.getState().notices[0]?.id ?? 0);
    expect(store.getState().notices).toEqual([]);
  });
});
