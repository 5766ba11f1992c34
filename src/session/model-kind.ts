// Which kind of model a folder holds, from its config.json alone: a request for the other kind is refused before gigabytes
// of weights are read.
import { readJson } from '../load/json.ts';
import type { Source } from '../load/source.ts';
import { architectureName, describesImages } from '../models/vit-read.ts';
import type { ModelKind } from './session.ts';

export interface KnownKind {
  readonly kind: ModelKind;
  readonly architecture: string;
}

/** null where config.json is missing or tells of neither; loading then says what is wrong with it. */
export async function modelKind(source: Source, signal?: AbortSignal): Promise<KnownKind | null> {
  const config = await readJson(source, 'config.json', signal);
  if (config === null) return null;
  const architecture = architectureName(config);
  if (describesImages(config)) return { kind: 'image', architecture };
  return architecture.endsWith('ForCausalLM') ? { kind: 'language', architecture } : null;
}
