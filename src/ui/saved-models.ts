// How models are opened outlives the visit: the GPU memory they may take, the format each was opened in, and which were
// opened last. Storage may be forbidden; then it is chosen each time.
import { quantisations, type Quantisation } from '../session/session.ts';
import type { Settings } from '../store/state.ts';

type Saved = Pick<Settings, 'memoryBytes' | 'formats' | 'recent'>;
const key = 'attnlrp-webgpu.models';

/** What another version or a person has written there counts only as far as it makes sense. */
export function savedModels(text: string | null = readText()): Saved {
  const { memoryBytes, formats, recent }: { memoryBytes?: unknown; formats?: unknown; recent?: unknown } = parse(text);
  const entries = typeof formats === 'object' && formats !== null ? Object.entries(formats) : [];
  const known = entries.filter((entry): entry is [string, Quantisation] =>
    quantisations.some((format) => format === entry[1]),
  );
  const isSize = typeof memoryBytes === 'number' && memoryBytes > 0 && Number.isFinite(memoryBytes);
  const names = Array.isArray(recent) ? recent.filter((name): name is string => typeof name === 'string') : [];
  return { memoryBytes: isSize ? memoryBytes : null, formats: Object.fromEntries(known), recent: names };
}

export function saveModels({ memoryBytes, formats, recent }: Saved): void {
  try {
    localStorage.setItem(key, JSON.stringify({ memoryBytes, formats, recent }));
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
