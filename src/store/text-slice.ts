// The prompt box, and the passage made from it: prompt tokens, then what the model writes. In a conversation the prompt is
// everything said before.
import type { Generation, Session } from '../session/session.ts';
import { AppError } from '../errors.ts';
import { noExchange } from './chat-slice.ts';
import { chatPassage, chats, nextMessages, writtenToken } from './conversation.ts';
import { idsIn, passageOf, type PassageToken } from './passage.ts';
import type { Slice, TextSlice } from './slices.ts';
import type { Exchange, Pace, PromptPace, TextState } from './state.ts';

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

/** Later parts of one answer find everything in the cache; what counts is what the first one found. */
const sumOfPrompts = (a: PromptPace | null, b: Pace & { readonly reused?: number }): PromptPace => ({
  ...sum(a, b),
  reused: (a ?? b).reused ?? 0,
});

/** The passage no longer belongs to what stands in the prompt box. */
export const isOutdated = ({ source, draft }: TextState): boolean => source !== null && source !== draft;

/** What the model reads before it writes. */
interface Prompt {
  readonly tokens: readonly PassageToken[];
  /** Of a conversation. */
  readonly exchange: Exchange | null;
}

export const textSlice =
  (session: Session): Slice<TextSlice> =>
  (set, get) => {
    let running: AbortController | null = null;
    const patch = (change: Partial<TextState>): void => set(({ text }) => ({ text: { ...text, ...change } }));

    async function readPrompt(source: string): Promise<Prompt> {
      await get().needModel('language');
      const { model } = get();
      if (model.status !== 'ready') throw new AppError('UsageError', 'No model is open. Open one to run this prompt.');
      if (chats(get())) return readMessage(source);
      if (!model.info.hasTokenizer) return { tokens: idsIn(source, model.info.vocabularySize), exchange: null };
      return { tokens: passageOf(source, await session.tokenize({ text: source })), exchange: null };
    }

    async function readMessage(content: string): Promise<Prompt> {
      const { chat, text } = get();
      const messages = nextMessages({ chat, text }, content);
      const templated = await session.tokenizeChat({ messages });
      return { tokens: chatPassage(templated, chat.exchange, text), exchange: { messages, text: templated.text } };
    }

    /** The prompt is read: it becomes the passage, and a message that was sent leaves the prompt box. */
    const show = (source: string, { tokens, exchange }: Prompt): void =>
      set(({ text, chat }) => {
        const passage = { ...text, tokens, promptLength: tokens.length };
        if (!exchange) return { text: { ...passage, source } };
        const { tokens: before, promptLength, stopped } = text;
        const past = chat.exchange
          ? [...chat.past, { exchange: chat.exchange, tokens: before, promptLength, stopped }]
          : [];
        const draft = text.draft === source ? '' : text.draft;
        return { text: { ...passage, source: null, draft }, chat: { ...chat, exchange, past } };
      });

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
            const written = [...get().text.tokens, writtenToken(token, get().chat.exchange)];
            const seconds = (performance.now() - (firstAt ??= performance.now())) / 1000;
            // The first token belongs to reading the prompt; the final measure replaces this one.
            const since = { tokens: written.length - tokens.length - 1, seconds };
            patch({ tokens: written, decode: since.tokens > 0 ? sum(before, since) : before });
          },
        },
      );
      // A later run has measures of its own.
      if (running?.signal === signal)
        patch({
          prefill: sumOfPrompts(get().text.prefill, generation.prefill),
          decode: sum(before, generation.decode),
        });
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
        const continues = chats(get()) && get().chat.exchange !== null;
        // A conversation stays in sight while its next message is read.
        if (continues) {
          running?.abort();
          get().clearExplanation();
        } else get().clearText();
        const controller = (running = new AbortController());
        const { signal } = controller;
        let sent: Exchange | null = null;
        patch({ source: continues ? null : source, status: 'loading', prefill: null, decode: null });
        try {
          const prompt = await readPrompt(source);
          if (signal.aborted) return;
          if (prompt.tokens.length === 0)
            throw new AppError('UsageError', 'The prompt has no tokens. Write something first.');
          show(source, prompt);
          patch({ stopped: null });
          sent = prompt.exchange;
          const { maxTokens, sampling, explainEachToken } = get().settings;
          const stopped = await (explainEachToken ? writeExplaining : write)(maxTokens, sampling.seed, signal);
          if (!signal.aborted) patch({ status: 'ready', stopped });
        } catch (thrown) {
          if (signal.aborted) return;
          const { tokens, promptLength } = get().text;
          // Nothing was answered: the conversation is as it was before, and the message can be sent again.
          if (sent && tokens.length === promptLength) get().takeBack();
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
        set(({ text, chat }) => ({ text: { ...text, ...empty }, chat: { ...chat, ...noExchange } }));
      },
    };
  };
