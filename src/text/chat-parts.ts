// Which characters of a rendered chat are a message's content, and which the template wrote around it. Templates are
// programs, so this is found by marking the contents, rendering again, and seeing where the marks come out.

export type ChatRole = 'system' | 'user' | 'assistant';

export interface ChatMessage {
  readonly role: ChatRole;
  readonly content: string;
}

/** start and end are UTF-16 offsets into the rendered text. The parts cover all of it, in order. */
export interface ChatPart {
  readonly start: number;
  readonly end: number;
  readonly kind: 'template' | 'content';
  /** Whose content it is; null for the template's own text. */
  readonly role: ChatRole | null;
  /** Index of the message; null for the template's own text. */
  readonly message: number | null;
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly message: number;
}

/** `text` is what `render` gives for these messages. A content that cannot be told apart counts as template. */
export function findParts(
  text: string,
  messages: readonly ChatMessage[],
  render: (messages: readonly ChatMessage[]) => string,
): ChatPart[] {
  const marks = unusedCharacters(text + messages.map(({ content }) => content).join(''));
  // Around the whole content; else within its outer whitespace, which many templates trim.
  const spans =
    spansByMarks(text, messages, render, marks, (content) => ['', content, '']) ??
    spansByMarks(text, messages, render, marks, splitWhitespace) ??
    spansBySearch(text, messages);
  return fillGaps(spans, messages, text.length);
}

/** Three characters of the private use area that nothing in the chat contains: opening, closing, end of a number. */
function unusedCharacters(text: string): readonly [string, string, string] {
  const found: string[] = [];
  for (let code = 0xe000; found.length < 3; code++) {
    const character = String.fromCharCode(code);
    if (!text.includes(character)) found.push(character);
  }
  return found as [string, string, string];
}

function splitWhitespace(content: string): [before: string, core: string, after: string] {
  const before = /^\s*/.exec(content)![0];
  const after = /\s*$/.exec(content.slice(before.length))![0];
  return [before, content.slice(before.length, content.length - after.length), after];
}

/** null where the marks change more than they mark: without them the text must be the same. */
function spansByMarks(
  text: string,
  messages: readonly ChatMessage[],
  render: (messages: readonly ChatMessage[]) => string,
  [open, close, stop]: readonly [string, string, string],
  split: (content: string) => [before: string, core: string, after: string],
): Span[] | null {
  const marked = messages.map((message, index) => {
    const [before, core, after] = split(message.content);
    if (core === '') return message;
    return { ...message, content: `${before}${open}${index}${stop}${core}${close}${index}${stop}${after}` };
  });
  let rendered: string;
  try {
    rendered = render(marked);
  } catch {
    return null; // the unmarked messages have been rendered, so it is the marks that the template does not take
  }
  const spans: Span[] = [];
  const opened = new Map<number, number>();
  let plain = '';
  let last = 0;
  for (const found of rendered.matchAll(new RegExp(`([${open}${close}])(\\d+)${stop}`, 'g'))) {
    plain += rendered.slice(last, found.index);
    last = found.index + found[0].length;
    const message = Number(found[2]);
    if (found[1] === open) opened.set(message, plain.length);
    else {
      const content = splitWhitespace(messages[message]!.content)[1];
      spans.push({
        start: opened.get(message) ?? plain.length - commonSuffix(plain, content),
        end: plain.length,
        message,
      });
      opened.delete(message);
    }
  }
  plain += rendered.slice(last);
  if (plain !== text) return null;
  // A template that shows the beginning of a content only has lost the closing mark.
  for (const [message, start] of opened) {
    const content = splitWhitespace(messages[message]!.content)[1];
    spans.push({ start, end: start + commonPrefix(text.slice(start), content), message });
  }
  return spans;
}

function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

/** How much of the end of `content` the text ends with: the rest was cut off, as thoughts of earlier turns are. */
function commonSuffix(text: string, content: string): number {
  let length = 0;
  while (length < text.length && length < content.length && text.at(-1 - length) === content.at(-1 - length)) length++;
  return splitWhitespace(content.slice(content.length - length))[1].length;
}

/** Contents that stand in the text exactly as often as in the messages. */
function spansBySearch(text: string, messages: readonly ChatMessage[]): Span[] {
  const cores = messages.map(({ content }) => splitWhitespace(content)[1]);
  const spans: Span[] = [];
  let from = 0;
  for (const [message, core] of cores.entries()) {
    const wanted = cores.filter((other) => other.includes(core)).length;
    if (core === '' || text.split(core).length - 1 !== wanted) continue;
    const start = text.indexOf(core, from);
    if (start < 0) continue;
    spans.push({ start, end: (from = start + core.length), message });
  }
  return spans;
}

function fillGaps(spans: readonly Span[], messages: readonly ChatMessage[], length: number): ChatPart[] {
  const parts: ChatPart[] = [];
  let reached = 0;
  const template = (end: number): void => {
    if (end > reached) parts.push({ start: reached, end, kind: 'template', role: null, message: null });
  };
  for (const { start, end, message } of spans.toSorted((a, b) => a.start - b.start)) {
    if (start < reached || end <= start) continue;
    template(start);
    parts.push({ start, end, kind: 'content', role: messages[message]!.role, message });
    reached = end;
  }
  template(length);
  return parts;
}

/** The part that a token belongs to: the content it has characters of, else where it begins. */
export function partOf(token: { readonly start: number; readonly end: number }, parts: readonly ChatPart[]): ChatPart {
  const touched = parts.filter(({ start, end }) => start < token.end && end > token.start);
  const found = touched.find(({ kind }) => kind === 'content') ?? touched[0];
  return found ?? parts.findLast(({ start }) => start <= token.start) ?? parts[0]!;
}
