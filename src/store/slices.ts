// The app's whole state: every slice with its actions, in one place because every part may ask for every other. Types only.
import type { StateCreator, StoreApi } from 'zustand/vanilla';
import type {
  DownloadPlan,
  HubLocation,
  ImageModelInfo,
  LanguageModelInfo,
  MethodName,
  ModelChoice,
  ModelKind,
  ModelLocation,
  ModelPlan,
  ModelStorage,
  Picture,
  Quantisation,
  ScalarName,
} from '../session/session.ts';
import type { Settings } from './settings.ts';
import type {
  ChatState,
  ExplanationState,
  GammaGridState,
  ImageExplanationState,
  ImageState,
  Mode,
  ModelState,
  Notice,
  Offer,
  Opening,
  Sample,
  TextState,
  Writing,
} from './state.ts';

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
