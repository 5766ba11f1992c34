// Which address a model is read from: the built-in one, ?model=… of the page, or what was typed into the dialog.
import { AppError } from '../errors.ts';
import type { ModelKind, ModelLocation } from '../session/session.ts';

/** The models that come with the app, relative to the page. */
export const builtInModels: Readonly<Record<ModelKind, string>> = {
  language: './models/tiny-world/',
  image: './models/tiny-sight/',
};

/** A folder's address as the loader wants it: absolute, ending in a slash. Hub pages become their file addresses. */
export function modelAddress(typed: string, pageAddress: string): ModelLocation {
  const trimmed = typed.trim();
  if (trimmed === '' || !URL.canParse(trimmed, pageAddress))
    throw new AppError('UsageError', `"${typed}" is no address. Give the folder that holds config.json.`);
  const url = new URL(trimmed, pageAddress);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new AppError('UsageError', `A model is read over http or https, not ${url.protocol}`);
  const hubPage = /^\/([^/]+\/[^/]+)(?:\/tree\/([^/]+))?\/?$/.exec(url.pathname);
  if (url.hostname === 'huggingface.co' && hubPage) url.pathname = `/${hubPage[1]}/resolve/${hubPage[2] ?? 'main'}/`;
  url.pathname = url.pathname.replace(/\/config\.json$/, '/').replace(/\/?$/, '/');
  return { kind: 'url', url: url.href };
}

/** The model to open on start. */
export function startAddress(pageAddress: string, baseAddress: string): ModelLocation {
  return modelAddress(new URL(pageAddress).searchParams.get('model') ?? builtInModels.language, baseAddress);
}

/** What a location is called before the model has told its name. */
export function nameOfLocation(location: ModelLocation): string {
  if (location.kind === 'files') return location.name;
  const path = location.kind === 'url' ? new URL(location.url).pathname : location.path;
  const parts = path.split('/').filter((part) => part !== '');
  const revision = parts.indexOf('resolve');
  return (revision > 0 ? parts[revision - 1] : parts.at(-1)) ?? path;
}

export const builtInLocations = (baseAddress: string): Readonly<Record<ModelKind, ModelLocation>> => ({
  language: modelAddress(builtInModels.language, baseAddress),
  image: modelAddress(builtInModels.image, baseAddress),
});
