// The shape of the app's state and its actions, in one place because every part may ask for every other. Types only.
import type { StateCreator, StoreApi } from 'zustand/vanilla';
import type {
  ChatMessage,
  DownloadPlan,
  Explanation,
  Gammas,
  Generation,
  HubLocation,
  ImageExplanation,
  ImageModelInfo,
  LanguageModelInfo,
  LoadProgress,
  MethodName,
  ModelChoice,
  ModelInfo,
  ModelKind,
  ModelLocation,
  ModelPlan,
  ModelStorage,
  Picture,
  Quantisation,
  RecipeName,
  Sampling,
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

export type Theme = 'system' | 'light' | 'dark';

/** What happens to special tokens (and to a first or last token that outweighs all others). */
export type SpecialTokens = 'exclude' | 'show' | 'hide';

export type PictureMode = 'overlay' | 'map' | 'masked';

/** How the relevance of patches is drawn. */
export interface PictureDisplay {
  readonly mode: PictureMode;
  /** Of the colours over the photo, 0 to 1. */
  readonly opacity: number;
  /** Part of the patches that stay visible when the others are masked, 0 to 1. */
  readonly kept: number;
  readonly gridLines: boolean;
  /** Interpolated between patches, which suggests a precision that is not there. */
  readonly smooth: boolean;
  /** The |relevance| of a patch in full colour, when it is kept over several explanations. */
  readonly lockedScale: number | null;
}

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
  readonly picture: PictureDisplay;
  readonly theme: Theme;
  /** Address of the hub that models come from; '' is Hugging Face's. */
  readonly endpoint: string;
  /** For gated and private models of that hub; '' where there is none. */
  readonly token: string;
  /** Bytes of GPU memory that models may take; null: what is assumed of every GPU. */
  readonly memoryBytes: number | null;
  /** The formats that models were opened in last, by rememberedAs; as they are stored where nothing is said. */
  readonly formats: Readonly<Record<string, Quantisation>>;
  /** The models that were opened last, by rememberedAs; those that come with the app are not among them. */
  readonly recent: readonly string[];
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

export interface ModelSlice {
  /** The language model. */
  readonly model: ModelState<LanguageModelInfo>;
  readonly imageModel: ModelState<ImageModelInfo>;
  /** Opens whichever kind lies there; until that is known, its progress is shown where the expected kind has its place. */
  openModel(location: ModelChoice, expected?: ModelKind): Promise<void>;
  /** Frees what it holds of the GPU, and drops what was made with it. */
  closeModel(kind: ModelKind): Promise<void>;
  /** Opens the models again that were lost with their device. */
  reopenModels(): Promise<void>;
  /** The device is gone, and the models with it. */
  loseModels(message: string): void;
  /** Resolves when nothing of it runs any more. What was downloaded is kept. */
  cancelOpening(kind: ModelKind): Promise<void>;
  /** Opens the built-in model unless one is open or on its way; resolves when none is being opened any more. */
  needModel(kind: ModelKind): Promise<void>;
}

export interface LibrarySlice {
  /** The models on this device; null before it was read. */
  readonly library: ModelStorage | null;
  readLibrary(): Promise<void>;
  /** A complete or unfinished model, by its key. */
  deleteModel(key: string): Promise<void>;
  /** Deletes all weights of a stored model but those of that format. */
  keepOnly(key: string, quantize: Quantisation): Promise<void>;
  /** What a model would take in each format; rejects with a sentence. */
  planModel(location: ModelLocation, signal?: AbortSignal): Promise<ModelPlan>;
  /** What a download would take; rejects with a sentence. */
  planDownload(location: HubLocation): Promise<DownloadPlan>;
  /** Stops the download that is under way and deletes what has arrived. */
  cancelDownload(kind: ModelKind): Promise<void>;
}

export interface TextSlice {
  readonly text: TextState;
  editDraft(draft: string): void;
  run(): Promise<void>;
  stop(): void;
  clearText(): void;
}

export interface ChatSlice {
  readonly chat: ChatState;
  chooseWriting(chosen: Writing): void;
  /** From the next message on. */
  changeSystem(system: string): void;
  showTemplate(shown: boolean): void;
  /** Folds or unfolds the run of template tokens that begins there. */
  toggleRun(first: number): void;
  /** The last message goes back into the prompt box; its answer is dropped. */
  takeBack(): void;
}

export interface ExplanationSlice {
  readonly explanation: ExplanationState;
  /** Explains the token at that position, or another candidate for it, or the difference of two candidates. */
  explain(index: number, choice?: { readonly target?: number; readonly contrast?: number | null }): Promise<void>;
  /** Asks the same question with another method or scalar. */
  changeMethod(change: { readonly method?: MethodName; readonly scalar?: ScalarName }): Promise<void>;
  clearExplanation(): void;
}

export interface ImageSlice {
  readonly mode: Mode;
  showMode(mode: Mode): void;
  readonly image: ImageState;
  /** Decodes a file and explains its likeliest class. */
  giveImage(file: Blob, name: string): Promise<void>;
  giveSample(sample: Sample): Promise<void>;
  /** Keeps the image before, if there is one. */
  cancelReading(): void;
  readonly samples: readonly Sample[];
  readSamples(): Promise<void>;
}

export interface ImageExplanationSlice {
  readonly imageExplanation: ImageExplanationState;
  explainClass(target: number | null, contrast?: number | null): Promise<void>;
  /** Asks the same question by another recipe, with another score or other γ. A recipe brings its own γ. */
  changeRecipe(change: Partial<Pick<ImageExplanationState, 'recipe' | 'scalar' | 'gammas'>>): Promise<void>;
  /** Goes back to the answer there is. */
  cancelImageExplanation(): void;
  /** Another image or model: what was answered about the one before is dropped, and the likeliest class explained. */
  explainAnew(): Promise<void>;
}

export interface GammaGridSlice {
  readonly gammaGrid: GammaGridState;
  /** Computes every map of the grid for the present question, one after the other. */
  fillGammaGrid(): Promise<void>;
  cancelGammaGrid(): void;
}

export interface SettingsSlice {
  readonly settings: Settings;
  changeSettings(change: Partial<Settings>): void;
}

export interface NoticeSlice {
  readonly notices: readonly Notice[];
  /** `opening`: the model that could not be opened; it may be opened otherwise. */
  report(thrown: unknown, opening?: Opening): void;
  /** Does what a notice offers, and closes the notice. */
  accept(offer: Offer): Promise<void>;
  dismiss(id: number): void;
}

export type AppState = ModelSlice &
  LibrarySlice &
  TextSlice &
  ChatSlice &
  ExplanationSlice &
  ImageSlice &
  ImageExplanationSlice &
  GammaGridSlice &
  SettingsSlice &
  NoticeSlice;
export type AppStore = StoreApi<AppState>;
export type Slice<Part> = StateCreator<AppState, [], [], Part>;

/** What the store needs of the place it runs in. */
export interface Surroundings {
  /** @throws ImageError with a sentence for the user. */
  readImage(file: Blob, name: string): Promise<Picture>;
  /** A file of the app itself, by its address relative to the page. */
  openFile(address: string): Promise<Blob>;
  readonly builtIn: Readonly<Record<ModelKind, ModelLocation>>;
  /** Asks the browser not to clear what is stored. */
  keepStored?(): Promise<unknown>;
  readonly saved?: Partial<Settings>;
}
