// Which address a model is read from: the built-in one, ?model=… of the page, or what was typed into the dialog.
import { AppError } from '../errors.ts';
import { quantisations, type HubLocation, type ModelChoice, type ModelKind, type ModelLocation } from '../session/session.ts'; // prettier-ignore

/** The models that come with the app, relative to the page. */
export const builtInModels: Readonly<Record<ModelKind, string>> = {
  language: './models/tiny-world/',
  image: './models/tiny-sight/',
};

/** owner/name or owner/name@revision; folders beside the page begin with ./ or models/, or end with a slash. */
const hubId = /^(?!models\/)[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*(@[\w./+-]+)?$/;
const hubPage = /^(https?:\/\/)?(www\.)?(huggingface\.co|hf\.co)\//i;

/** The model of a hub that is meant; null where it is another address. `endpoint`: '' is Hugging Face's. */
export function hubLocation(typed: string, endpoint = ''): HubLocation | null {
  const address = typed.trim();
  const ofEndpoint = endpoint !== '' && address.startsWith(`${endpoint.replace(/\/+$/, '')}/`);
  if (!hubId.test(address) && !hubPage.test(address) && !ofEndpoint) return null;
  return { kind: 'hub', address, ...(endpoint && { endpoint }) };
}

/** A model of a hub, or a folder's address as the loader wants it: absolute, ending in a slash. */
export function modelAddress(typed: string, pageAddress: string, endpoint = ''): ModelLocation {
  const trimmed = typed.trim();
  const onHub = hubLocation(trimmed, endpoint);
  if (onHub) return onHub;
  if (trimmed === '' || !URL.canParse(trimmed, pageAddress))
    throw new AppError('UsageError', `"${typed}" is no address. Give the folder that holds config.json.`);
  const url = new URL(trimmed, pageAddress);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new AppError('UsageError', `A model is read over http or https, not ${url.protocol}`);
  url.pathname = url.pathname.replace(/\/config\.json$/, '/').replace(/\/?$/, '/');
  return { kind: 'url', url: url.href };
}

/** The model to open on start, by ?model=…&quantize=… of the page. */
export function startAddress(pageAddress: string, baseAddress: string, endpoint = ''): ModelChoice {
  const asked = new URL(pageAddress).searchParams;
  const location = modelAddress(asked.get('model') ?? builtInModels.language, baseAddress, endpoint);
  const quantize = asked.get('quantize');
  if (quantize === null) return location;
  const known = quantisations.find((format) => format === quantize);
  if (known) return { ...location, quantize: known };
  throw new AppError('UsageError', `"${quantize}" is no format. Give ?quantize=${quantisations.join(' or ')}.`);
}

/** The name under which the format of a model is remembered; null where it cannot be told again. */
export function rememberedAs(location: ModelLocation): string | null {
  if (location.kind === 'url') return location.url;
  if (location.kind !== 'hub') return null;
  const { endpoint = '', address } = location;
  const short = address
    .replace(hubPage, '')
    .replace(endpoint === '' ? '' : `${endpoint}/`, '')
    .replace(/@main$/, '');
  return endpoint === '' || endpoint === 'https://huggingface.co' ? short : `${endpoint}/${short}`;
}

/** What a location is called before the model has told its name. */
export function nameOfLocation(location: ModelLocation): string {
  if (location.kind === 'files') return location.name;
  if (location.kind === 'hub') return location.address.replace(hubPage, '');
  const path = location.kind === 'url' ? new URL(location.url).pathname : location.path;
  return path.split('/').findLast((part) => part !== '') ?? path;
}

export const builtInLocations = (baseAddress: string): Readonly<Record<ModelKind, ModelLocation>> => ({
  language: modelAddress(builtInModels.language, baseAddress),
  image: modelAddress(builtInModels.image, baseAddress),
});
