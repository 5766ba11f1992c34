// Composition root of the worker: this browser's WebGPU and file access → the session → the page.
import { browserSource } from '../platform/browser-source.ts';
import { createLocalSession } from './local-session.ts';
import { serve } from './transport.ts';

serve(createLocalSession({ gpu: () => navigator.gpu, openSource: browserSource, warmsUp: true }), self);
