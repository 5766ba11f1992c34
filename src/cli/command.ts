// What a command is, and what it is given to work with.
import type { KnownKind } from '../session/model-kind.ts';
import type { QualityRequest, QuantisationQuality } from '../session/quantisation-quality.ts';
import type { Job, Picture, Session } from '../session/session.ts';
import type { ChatTemplate } from '../text/chat-template.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import type { Options, Values } from './arguments.ts';
import type { Terminal } from './terminal.ts';

export interface Context {
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Absolute; relative paths count from where the user stands. */
  path(given: string): string;
  readText(path: string): Promise<string>;
  readImage(path: string): Promise<Picture>;
  /** As a PNG file. */
  writeImage(path: string, picture: Picture): Promise<void>;
  /** Of the model in that folder, told by its config.json; null where that does not tell. */
  modelKind(path: string): Promise<KnownKind | null>;
  openSession(): Session;
  openTokenizer(path: string): Promise<Tokenizer>;
  /** null where the folder has none. */
  openChatTemplate(path: string): Promise<ChatTemplate | null>;
  quantisationQuality(path: string, request: QualityRequest, job: Job<string>): Promise<readonly QuantisationQuality[]>;
}

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The command's --help. */
  readonly usage: string;
  readonly options: Options;
  run(values: Values, context: Context): Promise<void>;
}
