// The prompt box, and the passage made from it: prompt tokens, then what the model writes.
import type { Generation, Session } from '../session/session.ts';
import { AppError } from '../errors.ts';
import { answerToken, idsIn, passageOf, type PassageToken } from './passage.ts';
import type { Pace, Slice, TextSlice, TextState } from './state.ts';

const empty: Omit<TextState, 'draft'> = {
  source: null,
  tokens: [],
  promptLength: 0,
  status: 'idle',
  stopped: null,
  prefill: null,
  decode: null,
};

const sum = (a: Pace | null, b: Pace): Pace => ({
  tokens: (a?.tokens ?? 0) + b.tokens,
  seconds: (a?.seconds ?? 0) + b.seconds,
});

/** The passage no longer belongs to what stands in the prompt box. */
export const isOutdated = ({ source, draft }: TextState): boolean => source !== null && source !== draft;

export const textSlice =
  (session: Session): Slice<TextSlice> =>
  (set, get) => {
    let running: AbortController | null = null;
    const patch = (change: Partial<TextState>): void => set(({ text }) => ({ text: { ...text, ...change } }));

    async function readPrompt(source: string): Promise<readonly PassageToken[]> {
      await get().needModel('language');
      const { model } = get();
      if (model.status !== 'ready') throw new AppError('UsageError', 'No model is open. Open one to run this prompt.');
      if (!model.info.hasTokenizer) return idsIn(source, model.info.vocabularySize);
      return passageOf(source, await session.tokenize({ text: source }));
    }

    /** Writes up to count tokens after those there are. */
    async function write(count: number, seed: number, signal: AbortSignal): Promise<Generation['stopped']> {
      const { tokens, decode: before } = get().text;
      let firstAt: number | null = null;
      const generation = await session.generate(
        { ids: tokens.map(({ id }) => id), maxTokens: count, sampling: { ...get().settings.sampling, seed } },
        {
          signal,
          onProgress: (token) => {
            if (signal.aborted) return;
            const written = [...get().text.tokens, answerToken(token)];
            const seconds = (performance.now() - (firstAt ??= performance.now())) / 1000;
            // The first token belongs to reading the prompt; the final measure replaces this one.
            const since = { tokens: written.length - tokens.length - 1, seconds };
            patch({ tokens: written, decode: since.tokens > 0 ? sum(before, since) : before });
          },
        },
      );
      // A later run has measures of its own.
      if (running?.signal === signal)
        patch({ prefill: sum(get().text.prefill, generation.prefill), decode: sum(before, generation.decode) });
      return generation.stopped;
    }

    /** Relevance while streaming: one token, its explanation, the next token. */
    async function writeExplaining(count: number, seed: number, signal: AbortSignal): Promise<Generation['stopped']> {
      let shown: number | undefined;
      for (let written = 0; written < count; written += 1) {
        const index = get().text.tokens.length;
        const stopped = await write(1, seed + written, signal);
        const token = get().text.tokens[index];
        // Another token picked meanwhile (or none, after Esc) is the user's wish: stop following.
        const follows = written === 0 || get().explanation.question?.index === shown;
        if (signal.aborted) return 'cancelled';
        if (follows && token && !token.special) {
          shown = index;
          await get().explain(index);
        }
        if (stopped !== 'max-tokens') return stopped;
      }
      return 'max-tokens';
    }

    return {
      text: { draft: '', ...empty },
      editDraft: (draft) => patch({ draft }),
      run: async () => {
        const source = get().text.draft;
        if (source.trim() === '') return;
        get().showMode('text');
        get().clearText();
        const controller = (running = new AbortController());
        const { signal } = controller;
        patch({ source, status: 'loading' });
        try {
          const prompt = await readPrompt(source);
          if (signal.aborted) return;
          if (prompt.length === 0) throw new AppError('UsageError', 'The prompt has no tokens. Write something first.');
          patch({ tokens: prompt, promptLength: prompt.length });
          const { maxTokens, sampling, explainEachToken } = get().settings;
          const stopped = await (explainEachToken ? writeExplaining : write)(maxTokens, sampling.seed, signal);
          if (!signal.aborted) patch({ status: 'ready', stopped });
        } catch (thrown) {
          if (signal.aborted) return;
          patch({ status: 'failed' });
          get().report(thrown);
        }
      },
      stop: () => {
        if (get().text.status !== 'loading') return;
        running?.abort();
        patch({ status: 'ready', stopped: 'cancelled' });
      },
      clearText: () => {
        running?.abort();
        get().clearExplanation();
        patch(empty);
      },
    };
  };
