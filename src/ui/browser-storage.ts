// Texts that outlive the visit. A browser may forbid its storage, or have none left: then nothing is lost but the memory
// of a choice.
export type Entry = 'theme' | 'hub' | 'token' | 'models';

const keyOf = (entry: Entry): string => `attnlrp-webgpu.${entry}`;

/** null where nothing is kept. */
export function readEntry(entry: Entry): string | null {
  try {
    return localStorage.getItem(keyOf(entry));
  } catch {
    return null;
  }
}

/** null forgets it. */
export function keepEntry(entry: Entry, text: string | null): void {
  try {
    if (text === null) localStorage.removeItem(keyOf(entry));
    else localStorage.setItem(keyOf(entry), text);
  } catch {
    // It is chosen again the next time.
  }
}

/** The fields of a JSON text, of any type: another version or a person may have written it. None where it is no object. */
export function fieldsOf<Name extends string>(text: string | null): { readonly [name in Name]?: unknown } {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
