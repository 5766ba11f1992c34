// What generate and explain share: a session with the model loaded, and the prompt as ids.
import { AppError } from '../errors.ts';
import type { LoadProgress, ModelInfo, Session } from '../session/session.ts';
import { WrongUsage, type Values } from './arguments.ts';
import type { Context } from './command.ts';

export const promptOptions = {
  model: { type: 'string' },
  prompt: { type: 'string' },
  ids: { type: 'string' },
} as const;

export type GivenPrompt = { readonly text: string } | { readonly ids: readonly number[] };

export function readPrompt(values: Values): GivenPrompt {
  const text = values.text('prompt');
  const ids = values.ids('ids');
  if ((text === null) === (ids === null)) throw new WrongUsage('Give either --prompt or --ids.');
  return text === null ? { ids: ids! } : { text };
}

type Load = (session: Session, ...request: Parameters<Session['load']>) => Promise<LoadedFacts>;
type LoadedFacts = Pick<ModelInfo, 'name' | 'architecture' | 'format' | 'adapter' | 'warnings'>;

/** Runs the body with the model loaded; closes the session whatever happens. */
export async function withModel<Result>(
  path: string,
  context: Context,
  body: (session: Session) => Promise<Result>,
  load: Load = (session, location, job) => session.load(location, job),
): Promise<Result> {
  const { terminal, signal } = context;
  const session = context.openSession();
  try {
    const onProgress = ({ phase, doneBytes, totalBytes }: LoadProgress) =>
      terminal.progress(
        phase === 'weights' ? `Reading weights: ${percent(doneBytes, totalBytes)}` : `Loading: ${phase}`,
      );
    const info = await load(session, { kind: 'folder', path: context.path(path) }, { signal, onProgress });
    terminal.progress('');
    const { name, software } = info.adapter;
    terminal.note(
      `${info.name} (${info.architecture}, ${info.format}) on ${name}${software ? ', a software adapter' : ''}`,
    );
    for (const warning of info.warnings) terminal.note(`Note: ${warning}`);
    return await body(session);
  } finally {
    await session.dispose();
  }
}

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
