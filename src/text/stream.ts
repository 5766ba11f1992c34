// Ids that arrive one by one → text. Half characters wait until they are whole or cannot become so.
import type { TextStream } from './tokenizer.ts';

export interface StreamRules {
  /** What an id contributes; nothing for a special token. */
  bytesOf(id: number): Uint8Array<ArrayBuffer>;
  readonly strip: { readonly content: string; readonly times: number };
}

/** The ids before count as shown already: they decide whether a leading space is dropped, and may leave half a character. */
export function createStream({ bytesOf, strip }: StreamRules, after: readonly number[]): TextStream {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let stripsLeft = strip.times;
  const stripped = (text: string): string => {
    let rest = text;
    while (stripsLeft > 0 && rest !== '') {
      if (rest.startsWith(strip.content)) {
        rest = rest.slice(strip.content.length);
        stripsLeft--;
      } else stripsLeft = 0;
    }
    return rest;
  };
  const push = (id: number) => stripped(decoder.decode(bytesOf(id), { stream: true }));
  for (const id of after) push(id);
  return { push, end: () => stripped(decoder.decode()) };
}
