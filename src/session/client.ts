// The page's Session: everything happens in a worker, so that neither loading nor computing ever blocks the page.
import type { Session, StoredModels } from './session.ts';
import { connect } from './transport.ts';

export function startSession(): Session & StoredModels {
  return connect(new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }));
}
