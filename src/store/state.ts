// What the app shows, part by part: plain data, as types only. The actions are in slices.ts.
import type {
  ChatMessage,
  Explanation,
  Gammas,
  Generation,
  ImageExplanation,
  LoadProgress,
  MethodName,
  ModelChoice,
  ModelInfo,
  ModelKind,
  Picture,
  RecipeName,
  ScalarName,
} from '../session/session.ts';
import type { PassageToken } from './passage.ts';

/** Where a long job stands. */
export type Status = 'idle' | 'loading' | 'ready' | 'failed';

export type ModelState<Info extends ModelInfo = ModelInfo> =
  | { readonly status: 'idle' }
  | { readonly status: 'loading'; readonly location: ModelChoice; readonly progress: LoadProgress | null }
  | { readonly status: 'ready'; readonly location: ModelChoice; readonly serial: number; readonly info: Info }
  /** Could not be opened; or was open, and lost with its device. */
  | { readonly status: 'failed'; readonly location: ModelChoice; readonly message: string; readonly lost: boolean };

export interface Pace {
  readonly tokens: number;
  readonly seconds: number;
}

/** Of a prompt; `reused` tokens before it were still in the cache. */
export interface PromptPace extends Pace {
  readonly reused: number;
}

export interface TextState {
  /** What stands in the prompt box. */
  readonly draft: string;
  /** The prompt the passage was made from; null before the first run, and for a conversation. */
  readonly source: string | null;
  readonly tokens: readonly PassageToken[];
  readonly promptLength: number;
  readonly status: Status;
  readonly stopped: Generation['stopped'] | null;
  readonly prefill: PromptPace | null;
  readonly decode: Pace | null;
}

/** What the prompt box does: it sends a message, or gives a text to continue. */
export type Writing = 'chat' | 'completion';

/** What the model was asked last, with everything before. */
export interface Exchange {
  /** All messages it read, the system's among them. */
  readonly messages: readonly ChatMessage[];
  /** They, as its template writes them out. */
  readonly text: string;
}

/** A conversation as it stood when the next message was sent. */
export type PastExchange = Pick<TextState, 'tokens' | 'promptLength' | 'stopped'> & { readonly exchange: Exchange };

export interface ChatState {
  /** What the user has chosen; null: what suits the model. */
  readonly chosen: Writing | null;
  readonly system: string;
  /** null before the first message, and while the passage is no conversation. Its answer ends the passage. */
  readonly exchange: Exchange | null;
  /** Oldest first. */
  readonly past: readonly PastExchange[];
  /** Whether what the template writes is shown token by token, or folded. */
  readonly templateShown: boolean;
  /** First tokens of the template's runs that are the other way round. */
  readonly toggledRuns: readonly number[];
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

/** What the page reads: one text or one image, each with a model of its own. */
export type Mode = 'text' | 'image';

export interface GivenImage {
  /** Tells two images of one name apart. */
  readonly serial: number;
  readonly name: string;
  /** As it was given, for showing. */
  readonly file: Blob;
  readonly picture: Picture;
}

export interface ImageState {
  readonly given: GivenImage | null;
  /** Loading while a file is being decoded; the image before stays until then. */
  readonly status: 'idle' | 'loading';
  /** What is being decoded. */
  readonly name: string | null;
}

/** A picture that comes with the app: public/samples. */
export interface Sample {
  readonly file: string;
  readonly label: string;
  readonly alt: string;
}

export interface ImageQuestion {
  /** The explained class; null = the likeliest one. */
  readonly target: number | null;
  readonly contrast: number | null;
}

export interface ImageExplanationState {
  readonly question: ImageQuestion | null;
  readonly recipe: RecipeName;
  readonly scalar: ScalarName;
  /** In place of the recipe's own. */
  readonly gammas: Partial<Gammas>;
  readonly status: Status;
  /** 0 to 1. */
  readonly progress: number;
  /** While status is loading this is still the answer to the question before, about the same image. */
  readonly result: ImageExplanation | null;
  /** Why there is no answer. */
  readonly message: string | null;
}

/** One of the maps that show what γ does. */
export interface GammaMap {
  readonly patches: readonly number[];
  readonly score: number;
}

export interface GammaGridState {
  readonly status: 'idle' | 'loading';
  /** What the maps belong to; see gammaGridKey. */
  readonly key: string | null;
  /** Row by row over gammaAxes; null where none was computed. */
  readonly maps: readonly (GammaMap | null)[];
}

export interface Notice {
  readonly id: number;
  /** The error's name; tells what can be done about it. */
  readonly name: string;
  readonly message: string;
  readonly offers: readonly Offer[];
  /** The model that could not be opened; null where it is about something else. */
  readonly opening: Opening | null;
}

/** What can be done about it at once: close an open model, open one, or one after the other. */
export interface Offer {
  readonly close: ModelKind | null;
  readonly open: Opening | null;
}

/** A model to open, and the place where it is expected to belong. */
export interface Opening {
  readonly location: ModelChoice;
  readonly expected: ModelKind;
}
