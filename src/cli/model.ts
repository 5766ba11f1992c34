// What generate and explain share: a session with the model loaded, and the prompt as ids.
import { AppError } from '../errors.ts';
import { quantisations, type LoadProgress, type ModelInfo, type ModelKind, type Quantisation, type Session } from '../session/session.ts'; // prettier-ignore
import { WrongUsage, type Values } from './arguments.ts';
import type { Context } from './command.ts';

export const promptOptions = {
  model: { type: 'string' },
  quantize: { type: 'string' },
  prompt: { type: 'string' },
  ids: { type: 'string' },
} as const;

export interface GivenModel {
  readonly path: string;
  readonly quantize: Quantisation;
}

export const readGivenModel = (values: Values): GivenModel => ({
  path: values.required('model'),
  quantize: values.oneOf('quantize', quantisations, 'none'),
});

export type GivenPrompt = { readonly text: string } | { readonly ids: readonly number[] };

export function readPrompt(values: Values): GivenPrompt {
  const text = values.text('prompt');
  const ids = values.ids('ids');
  if ((text === null) === (ids === null)) throw new WrongUsage('Give either --prompt or --ids.');
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
  const session = context.openSession();
  try {
    const onProgress = ({ phase, doneBytes, totalBytes }: LoadProgress) =>
      terminal.progress(
        phase === 'weights' ? `Reading weights: ${percent(doneBytes, totalBytes)}` : `Loading: ${phase}`,
      );
    const { path, quantize } = typeof model === 'string' ? { path: model, quantize: 'none' as const } : model;
    const location = { kind: 'folder', path: context.path(path) } as const;
    const request = quantize === 'none' ? location : { ...location, quantize };
    const info = await session.load(request, { signal, onProgress });
    terminal.progress('');
    if (info.kind !== kind) throw new AppError('UsageError', `${info.name} ${whatItIs[info.kind](info.architecture)}`);
    const { name, software } = info.adapter;
    terminal.note(
      `${info.name} (${info.architecture}, ${info.format}) on ${name}${software ? ', a software adapter' : ''}`,
    );
    for (const warning of info.warnings) terminal.note(`Note: ${warning}`);
    return await body(session, info as Extract<ModelInfo, { kind: Kind }>);
  } finally {
    await session.dispose();
  }
}

/** Of a model that was given to the wrong command. */
const whatItIs: Readonly<Record<ModelKind, (architecture: string) => string>> = {
  image: (architecture) =>
    `holds an image classifier (${architecture}), which reads pictures and no text: explain --model DIR --image FILE.`,
  language: (architecture) =>
    `holds a language model (${architecture}), which reads no pictures: leave out --image and give it --prompt or --ids.`,
};

/** Ids are taken as they are; a text becomes what the tokenizer makes of it, its special tokens included. */
export async function idsOf(prompt: GivenPrompt, session: Session): Promise<readonly number[]> {
  if ('ids' in prompt) return prompt.ids;
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
