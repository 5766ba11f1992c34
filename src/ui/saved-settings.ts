// The settings that outlive the visit, read and kept one by one. What another version or a person has written counts only
// as far as it makes sense.
import { cacheFormats, quantisations, type Quantisation } from '../session/session.ts';
import type { Settings, Theme } from '../store/settings.ts';
import { fieldsOf, keepEntry, readEntry } from './browser-storage.ts';

/** How models are opened: the GPU memory they may take, how keys and values are kept, the format each was opened in, and which were opened last. */
type ModelSettings = Pick<Settings, 'memoryBytes' | 'cache' | 'formats' | 'recent'>;

export function savedSettings(): Partial<Settings> {
  const endpoint = readEntry('hub') ?? '';
  return { theme: savedTheme(readEntry('theme')), endpoint, token: savedToken(endpoint), ...savedModels() };
}

export const savedTheme = (text: string | null): Theme => (text === 'light' || text === 'dark' ? text : 'system');

export const saveTheme = (theme: Theme): void => keepEntry('theme', theme);

export const saveEndpoint = (endpoint: string): void => keepEntry('hub', endpoint);

/** The access token is kept with the hub it was given for. '' where none is kept for that hub. */
export function savedToken(endpoint: string, text: string | null = readEntry('token')): string {
  const { endpoint: hub, token } = fieldsOf<'endpoint' | 'token'>(text);
  return hub === endpoint && typeof token === 'string' ? token : '';
}

/** Only where the user asks for that; '' forgets it. */
export const saveToken = (endpoint: string, token: string): void =>
  keepEntry('token', token === '' ? null : JSON.stringify({ endpoint, token }));

export function savedModels(text: string | null = readEntry('models')): ModelSettings {
  const { memoryBytes, cache, formats, recent } = fieldsOf<keyof ModelSettings>(text);
  const entries = typeof formats === 'object' && formats !== null ? Object.entries(formats) : [];
  const known = entries.filter((entry): entry is [string, Quantisation] =>
    quantisations.some((format) => format === entry[1]),
  );
  const isSize = typeof memoryBytes === 'number' && memoryBytes > 0 && Number.isFinite(memoryBytes);
  const names = Array.isArray(recent) ? recent.filter((name): name is string => typeof name === 'string') : [];
  const kept = cacheFormats.find((format) => format === cache) ?? 'f32';
  return { memoryBytes: isSize ? memoryBytes : null, cache: kept, formats: Object.fromEntries(known), recent: names };
}

export const saveModels = ({ memoryBytes, cache, formats, recent }: ModelSettings): void =>
  keepEntry('models', JSON.stringify({ memoryBytes, cache, formats, recent }));
