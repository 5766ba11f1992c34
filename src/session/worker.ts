// Composition root of the worker: this browser's WebGPU, files and hub → the session → the page.
import { browserHub } from '../platform/browser-hub.ts';
import { browserSource } from '../platform/browser-source.ts';
import { cachedTunings } from '../platform/browser-tunings.ts';
import { hubModels } from '../platform/hub-models.ts';
import { createLocalSession } from './local-session.ts';
import { serve } from './transport.ts';

const models = hubModels(browserHub);
const session = createLocalSession({
  gpu: () => navigator.gpu,
  openSource: async (location, job) =>
    location.kind === 'hub' ? models.open(location, job) : { source: browserSource(location), warnings: [] },
  peek: async (location, job) =>
    location.kind === 'hub' ? models.peek(location, job) : { source: browserSource(location), warnings: [] },
  models,
  tunings: cachedTunings,
  warmsUp: true,
  assumesMemory: true,
});
serve(session, self);
