// How models are opened outlives the visit: the GPU memory they may take, and the format each was opened in. Storage may
// be forbidden; then it is chosen each time.
import { quantisations, type Quantisation } from '../session/session.ts';
import type { Settings } from '../store/state.ts';

type Saved = Pick<Settings, 'memoryBytes' | 'formats'>;
const key = 'attnlrp-webgpu.models';

/** What another version or a person has written there counts only as far as it makes sense. */
export function savedModels(text: string | null = readText()): Saved {
  const { memoryBytes, formats }: { memoryBytes?: unknown; formats?: unknown } = parse(text);
  const entries = typeof formats === 'object' && formats !== null ? Object.entries(formats) : [];
  const known = entries.filter((entry): entry is [string, Quantisation] =>
    quantisations.some((format) => format === entry[1]),
  );
  const isSize = typeof memoryBytes === 'number' && memoryBytes > 0 && Number.isFinite(memoryBytes);
  return { memoryBytes: isSize ? memoryBytes : null, formats: Object.fromEntries(known) };
}

export function saveModels({ memoryBytes, formats }: Saved): void {
  try {
    localStorage.setItem(key, JSON.stringify({ memoryBytes, formats }));
  } catch {
    // Nothing is lost but the memory of a choice.
  }
}

function readText(): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function parse(text: string | null): object {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
