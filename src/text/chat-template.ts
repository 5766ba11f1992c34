// Finds the chat template of a model folder: the Jinja text that turns messages into what the model was trained on, and
// the special tokens it may name. Renders nothing; see chat.ts.
import { AppError } from '../errors.ts';
import { foreignContent } from '../load/foreign.ts';
import { readJson } from '../load/json.ts';
import type { Source } from '../load/source.ts';
import type { Json, JsonObject } from '../models/model.ts';
import { isObject } from './config.ts';
import { tokenName } from './special-tokens.ts';

export interface ChatTemplate {
  /** The file it comes from, as errors name it. */
  readonly file: string;
  readonly source: string;
  /** bos_token, eos_token …: those that the model has. */
  readonly tokens: Readonly<Record<string, string>>;
}

const tokenRoles = ['bos_token', 'eos_token', 'unk_token', 'pad_token'] as const;

/**
 * A file of its own goes before tokenizer_config.json, as in the Python library; chat_template.json is what older
 * releases wrote. null where the model has no template: it continues texts, and knows no turns. A null in
 * tokenizer_config.json says so outright, and no other file is asked for.
 * @throws TokenizerError for a template that is no text, or several without one called "default".
 */
export async function loadChatTemplate(source: Source, signal?: AbortSignal): Promise<ChatTemplate | null> {
  const config = await readJson(source, 'tokenizer_config.json', signal);
  if (config?.['chat_template'] === null) return null;
  const names = await readJson(source, 'special_tokens_map.json', signal);
  const tokens = namedTokens({ ...names, ...config });
  const own = await readText(source, 'chat_template.jinja', signal);
  if (own !== null) return { file: 'chat_template.jinja', source: own, tokens };
  const listed = templateIn(config, 'tokenizer_config.json');
  if (listed !== null) return { file: 'tokenizer_config.json', source: listed, tokens };
  const old = templateIn(await readJson(source, 'chat_template.json', signal), 'chat_template.json');
  return old === null ? null : { file: 'chat_template.json', source: old, tokens };
}

function namedTokens(config: JsonObject): Record<string, string> {
  const named = tokenRoles.map((role) => [role, tokenName(config, role)] as const);
  return Object.fromEntries(
    named.filter((entry): entry is readonly [(typeof tokenRoles)[number], string] => entry[1] !== null),
  );
}

/** A text, or a list of named texts of which "default" is for chats (others are for tools and documents). */
function templateIn(config: JsonObject | null, file: string): string | null {
  const value: Json = config?.['chat_template'] ?? null;
  if (value === null || typeof value === 'string') return value;
  const named = Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : [];
  const chosen = named.find(({ name }) => name === 'default')?.['template'];
  if (typeof chosen === 'string') return chosen;
  const found =
    named.length > 0 ? `templates named ${named.map(({ name }) => JSON.stringify(name)).join(', ')}` : 'neither';
  throw new AppError(
    'TokenizerError',
    `${file}: "chat_template" must be a text, or a list with a template named "default"; it holds ${found}.`,
  );
}

async function readText(source: Source, name: string, signal?: AbortSignal): Promise<string | null> {
  const file = await source.open(name, signal);
  if (file === null) return null;
  const bytes = await file.read(0, file.size, signal);
  const foreign = foreignContent(bytes);
  if (foreign !== null) throw new AppError('TokenizerError', `${name} ${foreign}.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('TokenizerError', `${name} is not UTF-8 text; copy or download it again.`, { cause });
  }
}
