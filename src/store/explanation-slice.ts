// What is being explained and the answer. One question at a time: a new one cancels the old; known answers are instant.
import type { Explanation, ExplainRequest, Session } from '../session/session.ts';
import { recent } from './recent.ts';
import type { ExplanationSlice, Slice } from './slices.ts';
import type { ExplanationState, Question } from './state.ts';

const cacheSize = 256;

export const nothingBefore =
  'The first token has nothing before it, so nothing can be relevant to it. Pick a later token.';

const none = { question: null, status: 'idle', progress: 0, result: null, message: null } as const;

export const explanationSlice =
  (session: Session): Slice<ExplanationSlice> =>
  (set, get) => {
    const known = recent<Explanation>(cacheSize);
    let running: AbortController | null = null;
    const patch = (change: Partial<ExplanationState>): void =>
      set(({ explanation }) => ({ explanation: { ...explanation, ...change } }));

    async function answer(request: ExplainRequest): Promise<void> {
      const { model } = get();
      if (model.status !== 'ready') return;
      const key = JSON.stringify([model.serial, request]);
      const hit = known.get(key);
      if (hit) return patch({ status: 'ready', result: hit, message: null });
      const controller = (running = new AbortController());
      const current = (): boolean => running === controller && !controller.signal.aborted;
      patch({ status: 'loading', progress: 0, message: null });
      try {
        const result = await session.explain(request, {
          signal: controller.signal,
          onProgress: (progress) => {
            if (current()) patch({ progress });
          },
        });
        known.set(key, result);
        if (current()) patch({ status: 'ready', result });
      } catch (thrown) {
        if (!current()) return;
        patch({ status: 'failed', result: null, message: 'This token could not be explained.' });
        get().report(thrown);
      }
    }

    return {
      explanation: { ...none, method: 'attnlrp', scalar: 'centred-logit' },
      explain: async (index, { target, contrast = null } = {}) => {
        const { tokens } = get().text;
        const token = tokens[index];
        // While another model is being opened nobody could answer.
        if (!token || get().model.status !== 'ready') return;
        running?.abort();
        const question: Question = { index, target: target ?? token.id, contrast };
        patch({ question });
        if (index === 0) return patch({ status: 'failed', result: null, message: nothingBefore });
        const { method, scalar } = get().explanation;
        const ids = tokens.slice(0, index).map(({ id }) => id);
        await answer({ ids, target: question.target, contrast, scalar, method });
      },
      changeMethod: async (change) => {
        const { explanation, model } = get();
        const { question } = explanation;
        if (question && model.status !== 'ready') return;
        patch(change);
        if (question) await get().explain(question.index, question);
      },
      clearExplanation: () => {
        running?.abort();
        patch(none);
      },
    };
  };
