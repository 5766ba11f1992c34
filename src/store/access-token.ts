// The access token of a hub is held for this visit, and goes to that hub alone: whatever asks a hub takes it from here.
import type { HubLocation, ModelLocation } from '../session/session.ts';
import type { Settings } from './settings.ts';

const publicHub = 'https://huggingface.co';
const hubOf = (endpoint: string | undefined): string => (endpoint || publicHub).trim().replace(/\/+$/, '');

type Asked = ModelLocation & Partial<Pick<HubLocation, 'token'>>;

/** `endpoint`: the hub that the token was given for. */
export function withToken<Location extends ModelLocation>(
  location: Location,
  { endpoint, token }: Pick<Settings, 'endpoint' | 'token'>,
): Location {
  const asked: Asked = location;
  if (asked.kind !== 'hub' || asked.token !== undefined || token.trim() === '') return location;
  return hubOf(asked.endpoint) === hubOf(endpoint) ? { ...location, token: token.trim() } : location;
}
