// The open models, one of each kind. A folder that cannot be opened leaves the model before it, and what was made with
// it, as they were; a new language model drops the old text, whose ids mean nothing any more.
import type { ModelChoice, ModelKind, ModelLocation, Quantisation, Session } from '../session/session.ts';
import { withToken } from './access-token.ts';
import { nameOfLocation, rememberedAs } from './model-address.ts';
import type { ModelSlice, Slice } from './slices.ts';
import type { ModelState, Notice } from './state.ts';

const mostRecent = 6;

type Ready = Extract<ModelState, { status: 'ready' }>;

/** The place of one kind. */
interface Place {
  opening: AbortController | null;
  settled: Promise<void>;
  /** What the session holds of this kind. */
  before: Ready | null;
}

/** The files are at fault (or the user changed their mind), so the session still holds the model before. */
const keepsModelBefore = (thrown: unknown): boolean =>
  thrown instanceof Error &&
  !('madeWay' in thrown) &&
  // What says what to do instead was refused before anything was touched.
  (refusesFormat(thrown) || beforehand.includes(thrown.name));

const refusesFormat = (thrown: unknown): boolean =>
  thrown instanceof Error && 'remedies' in thrown && thrown.remedies !== undefined;

const beforehand = [
  'AbortError',
  'SourceError',
  'AccessError',
  'UsageError',
  'StorageError',
  'FormatError',
  'UnsupportedError',
  'TokenizerError',
];

/** The same error with more to say. */
const saying = (thrown: unknown, message: string): Error =>
  Object.assign(new Error(message, { cause: thrown }), thrown, { name: thrown instanceof Error ? thrown.name : 'Error' }); // prettier-ignore

export const modelSlice =
  (session: Session, builtIn: Readonly<Record<ModelKind, ModelLocation>>): Slice<ModelSlice> =>
  (set, get) => {
    let serial = 0;
    const empty = (): Place => ({ opening: null, settled: Promise.resolve(), before: null });
    const places: Readonly<Record<ModelKind, Place>> = { language: empty(), image: empty() };
    const stateOf = (kind: ModelKind): ModelState => (kind === 'language' ? get().model : get().imageModel);
    const show = (kind: ModelKind, state: ModelState): void =>
      set(kind === 'language' ? { model: state as ModelSlice['model'] } : { imageModel: state as ModelSlice['imageModel'] }); // prettier-ignore

    /** The passage of the model before; a run that waits for the new one has no tokens yet. */
    const hasOldText = (): boolean => get().text.tokens.length > 0;

    /** A message that was sent is the user's text: it returns to the prompt box, unless something else stands there. */
    function dropText(): void {
      if (get().text.draft === '') get().takeBack();
      get().clearText();
    }

    /** Jobs run one after the other: what the old model still does would only delay the new one. */
    function stopJobsOf(kind: ModelKind): void {
      if (kind === 'image') return get().cancelImageExplanation();
      if (hasOldText()) get().stop();
      if (get().explanation.status === 'loading') get().clearExplanation();
    }

    /** What depends on the model of that kind begins anew. */
    function follow(kind: ModelKind): void {
      if (kind === 'image') void get().explainAnew();
      else if (hasOldText()) dropText();
    }

    /** A name is typed by the user, and may be one that every object answers to ("constructor"). */
    function rememberedFormat(key: string | null): Quantisation | undefined {
      const { formats } = get().settings;
      return key !== null && Object.hasOwn(formats, key) ? formats[key] : undefined;
    }

    /** In the format it was opened in last, unless one is given. */
    function inItsFormat(location: ModelChoice): ModelChoice {
      const quantize = location.quantize ?? rememberedFormat(rememberedAs(location));
      return quantize ? { ...location, quantize } : location;
    }

    function remember(location: ModelChoice): void {
      const key = rememberedAs(location);
      if (key === null) return;
      const { [key]: _before, ...others } = get().settings.formats;
      const { quantize = 'none' } = location;
      if ((rememberedFormat(key) ?? 'none') === quantize) return;
      get().changeSettings({ formats: quantize === 'none' ? others : { ...others, [key]: quantize } });
    }

    /** Of those that were opened last. */
    function putFirst(location: ModelChoice): void {
      const key = rememberedAs(location);
      if (key === null || Object.values(builtIn).some((model) => rememberedAs(model) === key)) return;
      const others = get().settings.recent.filter((other) => other !== key);
      get().changeSettings({ recent: [key, ...others].slice(0, mostRecent) });
    }

    /** It is open now, whatever was said of it before. */
    function dropNoticesAbout(location: ModelChoice): void {
      const name = nameOfLocation(location);
      const isAbout = ({ opening }: Notice): boolean => opening !== null && nameOfLocation(opening.location) === name;
      set(({ notices }) => ({ notices: notices.filter((notice) => !isAbout(notice)) }));
    }

    async function open(location: ModelChoice, expected: ModelKind, interrupted: ModelChoice | null): Promise<void> {
      const place = places[expected];
      const controller = (place.opening = new AbortController());
      const isLast = (): boolean => place.opening === controller;
      const { mode, settings } = get();
      const memory = settings.memoryBytes === null ? {} : { memoryBytes: settings.memoryBytes };
      const cache = settings.cache === 'f32' ? {} : { cache: settings.cache };
      try {
        const info = await session.load(
          { ...withToken(location, settings), ...memory, ...cache },
          {
            signal: controller.signal,
            onProgress: (progress) => isLast() && show(expected, { status: 'loading', location, progress }),
          },
        );
        const ready: Ready = { status: 'ready', location, serial: ++serial, info };
        const { kind } = info;
        places[kind].before = ready;
        remember(location);
        putFirst(location);
        dropNoticesAbout(location);
        if (kind !== expected) {
          // What is chosen last wins, also over a model of its kind that is still on its way.
          places[kind].opening?.abort();
          if (isLast()) show(expected, place.before ?? { status: 'idle' });
          if (isLast() && !place.before && interrupted) void get().openModel(interrupted, expected);
        }
        if (kind !== expected || isLast()) show(kind, ready);
        follow(kind);
        // Unless the user has turned to the other mode meanwhile.
        if (get().mode === mode) get().showMode(kind === 'image' ? 'image' : 'text');
      } catch (thrown) {
        // A download is resumed in the format it was begun for.
        if (location.kind === 'hub' && !refusesFormat(thrown)) remember(location);
        if (!keepsModelBefore(thrown)) place.before = null;
        if (expected === 'language' && hasOldText() && !place.before) dropText();
        if (!isLast()) return;
        const message = thrown instanceof Error ? thrown.message : String(thrown);
        const { aborted } = controller.signal;
        show(
          expected,
          place.before ?? (aborted ? { status: 'idle' } : { status: 'failed', location, message, lost: false }),
        );
        if (aborted) return;
        const kept = place.before && `${message} ${place.before.info.name} stays open.`;
        get().report(kept ? saying(thrown, kept) : thrown, { location, expected });
      }
    }

    return {
      model: { status: 'idle' },
      imageModel: { status: 'idle' },
      openModel: async (choice, expected = 'language') => {
        const location = inItsFormat(choice);
        const place = places[expected];
        const shown = stateOf(expected);
        place.opening?.abort();
        show(expected, { status: 'loading', location, progress: null });
        if (place.before) stopJobsOf(expected);
        place.settled = open(location, expected, shown.status === 'loading' ? shown.location : null);
        await place.settled;
      },
      closeModel: async (kind) => {
        const place = places[kind];
        place.opening?.abort();
        // What it still tells is shown no more.
        place.opening = null;
        if (place.before) stopJobsOf(kind);
        place.before = null;
        show(kind, { status: 'idle' });
        await session.close({ kind }).catch((thrown: unknown) => get().report(thrown));
        // It may have arrived in the meantime; what is opened since comes later.
        place.before = null;
        if (kind === 'language' && hasOldText()) dropText();
      },
      reopenModels: async () => {
        for (const kind of ['language', 'image'] as const) {
          const state = stateOf(kind);
          if (state.status === 'failed') await get().openModel(state.location, kind);
        }
      },
      loseModels: (message) => {
        for (const kind of ['language', 'image'] as const) {
          const state = stateOf(kind);
          places[kind].before = null;
          if (state.status === 'ready') show(kind, { status: 'failed', location: state.location, message, lost: true });
        }
      },
      cancelOpening: (kind) => {
        places[kind].opening?.abort();
        return places[kind].settled;
      },
      needModel: async (kind) => {
        if (stateOf(kind).status === 'idle') await get().openModel(builtIn[kind], kind);
        const place = places[kind];
        let awaited: Promise<void>;
        do {
          awaited = place.settled;
          await awaited;
          // Another model may have been chosen meanwhile.
        } while (awaited !== place.settled);
      },
    };
  };
