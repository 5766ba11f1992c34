// The shape of the app's state and its actions, in one place because every part may ask for every other. Types only.
import type { StateCreator, StoreApi } from 'zustand/vanilla';
import type {
  Explanation,
  Generation,
  LoadProgress,
  MethodName,
  ModelInfo,
  ModelLocation,
  Sampling,
  ScalarName,
} from '../session/session.ts';
import type { PassageToken } from './passage.ts';

/** Where a long job stands. */
export type Status = 'idle' | 'loading' | 'ready' | 'failed';

export type ModelState =
  | { readonly status: 'idle' }
  | { readonly status: 'loading'; readonly location: ModelLocation; readonly progress: LoadProgress | null }
  | { readonly status: 'ready'; readonly location: ModelLocation; readonly serial: number; readonly info: ModelInfo }
  | { readonly status: 'failed'; readonly location: ModelLocation; readonly message: string };

export interface Pace {
  readonly tokens: number;
  readonly seconds: number;
}

export interface TextState {
  /** What stands in the prompt box. */
  readonly draft: string;
  /** The prompt the passage was made from; null before the first run. */
  readonly source: string | null;
  readonly tokens: readonly PassageToken[];
  readonly promptLength: number;
  readonly status: Status;
  readonly stopped: Generation['stopped'] | null;
  readonly prefill: Pace | null;
  readonly decode: Pace | null;
}

export interface Question {
  /** Position of the explained token in the passage. */
  readonly index: number;
  /** The id explained there: the one that was written, or a candidate that was not. */
  readonly target: number;
  /** The id whose logit is subtracted. */
  readonly contrast: number | null;
}

export interface ExplanationState {
  readonly question: Question | null;
  readonly method: MethodName;
  readonly scalar: ScalarName;
  readonly status: Status;
  /** 0 to 1. */
  readonly progress: number;
  /** While status is loading this is still the answer to the question before. */
  readonly result: Explanation | null;
  /** Why there is no answer. */
  readonly message: string | null;
}

export type Theme = 'system' | 'light' | 'dark';

/** What happens to special tokens (and to a first or last token that outweighs all others). */
export type SpecialTokens = 'exclude' | 'show' | 'hide';

export interface Settings {
  readonly maxTokens: number;
  readonly sampling: Sampling;
  /** Relevance while streaming: every new token is explained before the next one is written. */
  readonly explainEachToken: boolean;
  /** The exponent that makes faint relevance visible; 1 is linear. */
  readonly intensity: number;
  /** The |relevance| drawn in full colour, when the user keeps it over several explanations. */
  readonly lockedScale: number | null;
  readonly specialTokens: SpecialTokens;
  /** Marks without colour: solid lines support, dashed ones oppose. */
  readonly underlineOnly: boolean;
  readonly theme: Theme;
}

export interface Notice {
  readonly id: number;
  /** The error's name; tells what can be done about it. */
  readonly name: string;
  readonly message: string;
}

export interface ModelSlice {
  readonly model: ModelState;
  openModel(location: ModelLocation): Promise<void>;
  /** Opens the last model again, after its device was lost. */
  reopenModel(): Promise<void>;
  cancelOpening(): void;
  /** Resolves when no model is being opened any more, whatever came of it. */
  modelSettled(): Promise<void>;
}

export interface TextSlice {
  readonly text: TextState;
  editDraft(draft: string): void;
  run(): Promise<void>;
  stop(): void;
  clearText(): void;
}

export interface ExplanationSlice {
  readonly explanation: ExplanationState;
  /** Explains the token at that position, or another candidate for it, or the difference of two candidates. */
  explain(index: number, choice?: { readonly target?: number; readonly contrast?: number | null }): Promise<void>;
  /** Asks the same question with another method or scalar. */
  changeMethod(change: { readonly method?: MethodName; readonly scalar?: ScalarName }): Promise<void>;
  clearExplanation(): void;
}

export interface SettingsSlice {
  readonly settings: Settings;
  changeSettings(change: Partial<Settings>): void;
}

export interface NoticeSlice {
  readonly notices: readonly Notice[];
  report(thrown: unknown): void;
  dismiss(id: number): void;
}

export type AppState = ModelSlice & TextSlice & ExplanationSlice & SettingsSlice & NoticeSlice;
export type AppStore = StoreApi<AppState>;
export type Slice<Part> = StateCreator<AppState, [], [], Part>;
