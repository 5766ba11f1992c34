// Runs chat templates in the Jinja library, which is fetched with the first model that has one, with the names that the
// Python library gives templates. The date is ours: the library would write it in the browser's language.
import { AppError } from '../errors.ts';
import { strftime } from './chat-clock.ts';
import type { ChatMessage } from './chat-parts.ts';
import type { ChatTemplate } from './chat-template.ts';

export interface TemplateOptions {
  /** Whether the text ends where the assistant's next answer begins. */
  readonly addGenerationPrompt: boolean;
  /** What strftime_now formats. */
  readonly now: Date;
}

export type RunTemplate = (messages: readonly ChatMessage[], options: TemplateOptions) => string;

const compiled = new WeakMap<ChatTemplate, Promise<RunTemplate>>();

/** @throws TokenizerError where the template is not valid Jinja. */
export function compileTemplate(template: ChatTemplate): Promise<RunTemplate> {
  let run = compiled.get(template);
  if (!run) compiled.set(template, (run = compile(template)));
  return run;
}

async function compile({ file, source, tokens }: ChatTemplate): Promise<RunTemplate> {
  const { Environment, Interpreter, Template } = await import('@huggingface/jinja');
  const program = (() => {
    try {
      return new Template(source).parsed;
    } catch (cause) {
      throw new AppError(
        'TokenizerError',
        `The chat template in ${file} cannot be read: ${sentenceOf(cause)} Continue a text instead of chatting, or correct the template.`,
        { cause },
      );
    }
  })();
  return (messages, { addGenerationPrompt, now }) => {
    const names = {
      ...constants,
      raise_exception: refuse,
      range,
      strftime_now: (format: string) => strftime(format, now),
      ...tokens,
      messages,
      tools: null,
      documents: null,
      add_generation_prompt: addGenerationPrompt,
    };
    const environment = new Environment();
    for (const [name, value] of Object.entries(names)) environment.set(name, value);
    return String(new Interpreter(environment).run(program).value);
  };
}

const constants = { true: true, True: true, false: false, False: false, none: null, None: null };

function refuse(message: unknown): never {
  throw new Error(String(message));
}

function range(first: number, last?: number, step = 1): number[] {
  const [start, stop] = last === undefined ? [0, first] : [first, last];
  return Array.from({ length: Math.max(0, Math.ceil((stop - start) / step)) }, (_, index) => start + index * step);
}

/** What an error says, as a sentence. */
export function sentenceOf(error: unknown): string {
  const message = (error instanceof Error ? error.message : String(error)).trim();
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
