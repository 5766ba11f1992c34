// What generate and explain share: a session with the model loaded, and the prompt as ids.
import { AppError } from '../errors.ts';
import { quantisations, type CacheFormat, type LoadProgress, type ModelInfo, type ModelKind, type Prompt, type Quantisation, type Session } from '../session/session.ts'; // prettier-ignore
import { WrongUsage, type Values } from './arguments.ts';
import type { Context } from './command.ts';
import { chatOptions, readConversation, requireQuestion } from './conversation.ts';

export const promptOptions = {
  model: { type: 'string' },
  quantize: { type: 'string' },
  memory: { type: 'string' },
  prompt: { type: 'string' },
  ids: { type: 'string' },
  ...chatOptions,
} as const;

export interface GivenModel {
  readonly path: string;
  readonly quantize: Quantisation;
  /** Bytes of GPU memory that may be taken; null: nothing is planned beforehand. */
  readonly memory: number | null;
  /** Of keys and values, where anything is written. */
  readonly cache?: CacheFormat;
}

export const readGivenModel = (values: Values): GivenModel => ({
  path: values.required('model'),
  quantize: values.oneOf('quantize', quantisations, 'none'),
  memory: values.bytes('memory'),
});

export async function readPrompt(values: Values, context: Context): Promise<Prompt> {
  const messages = await readConversation(values, context);
  if (messages !== null) return { messages: requireQuestion(messages) };
  const text = values.text('prompt');
  const ids = values.ids('ids');
  if ((text === null) === (ids === null))
    throw new WrongUsage('Give either --prompt or --ids, or a conversation by --messages.');
  return text === null ? { ids: ids! } : { text };
}

/** Runs the body with a model of that kind loaded; closes the session whatever happens. */
export async function withModel<Result, Kind extends ModelKind = 'language'>(
  model: string | GivenModel,
  context: Context,
  body: (session: Session, info: Extract<ModelInfo, { kind: Kind }>) => Promise<Result>,
  kind: Kind = 'language' as Kind,
): Promise<Result> {
  const { terminal, signal } = context;
  const given: GivenModel = typeof model === 'string' ? { path: model, quantize: 'none', memory: null } : model;
  const { path, quantize, memory, cache = 'f32' } = given;
  const location = { kind: 'folder', path: context.path(path) } as const;
  const known = await context.modelKind(location.path);
  if (known !== null) requireKind(kind, known, path);
  const session = context.openSession();
  try {
    const onProgress = ({ phase, doneBytes, totalBytes }: LoadProgress) =>
      terminal.progress(
        phase === 'weights' ? `Reading weights: ${percent(doneBytes, totalBytes)}` : `Loading: ${phase}`,
      );
    const request = {
      ...location,
      ...(quantize !== 'none' && { quantize }),
      ...(memory !== null && { memoryBytes: memory }),
      ...(cache !== 'f32' && { cache }),
    };
    const info = await session.load(request, { signal, onProgress });
    terminal.progress('');
    requireKind(kind, info, path);
    const { name, software } = info.adapter;
    terminal.note(
      `${info.name} (${info.architecture}, ${info.format}) on ${name}${software ? ', a software adapter' : ''}`,
    );
    if (info.kind === 'language' && info.memory) terminal.note(`${info.memory.taken} ${info.memory.explainable}`);
    for (const warning of info.warnings) terminal.note(`Note: ${warning}`);
    return await body(session, info as Extract<ModelInfo, { kind: Kind }>);
  } finally {
    await session.dispose();
  }
}

function requireKind(
  wanted: ModelKind,
  { kind, architecture }: Pick<ModelInfo, 'kind' | 'architecture'>,
  path: string,
) {
  if (kind !== wanted) throw new AppError('UsageError', `${path} ${whatItIs[kind](architecture)}`);
}

/** Of a model that was given to the wrong command. */
const whatItIs: Readonly<Record<ModelKind, (architecture: string) => string>> = {
  image: (architecture) =>
    `holds an image classifier (${architecture}), which reads pictures and no text: explain --model DIR --image FILE.`,
  language: (architecture) =>
    `holds a language model (${architecture}), which reads no pictures: leave out --image and give it --prompt or --ids.`,
};

/**
 * Ids are taken as they are; a text becomes what the tokenizer makes of it, its special tokens included; a conversation
 * what its template writes.
 */
export async function idsOf(prompt: Prompt, session: Session): Promise<readonly number[]> {
  if ('ids' in prompt) return prompt.ids;
  if ('messages' in prompt) return (await session.tokenizeChat(prompt)).tokens.map(({ id }) => id);
  const ids = (await session.tokenize({ text: prompt.text })).map(({ id }) => id);
  if (ids.length > 0) return ids;
  throw new AppError(
    'UsageError',
    'The prompt is empty, and this tokenizer puts no token before a text: there is nothing to continue. Give a text.',
  );
}

function percent(done: number, total: number): string {
  return `${total === 0 ? 100 : Math.floor((100 * done) / total)} %`;
}
