// Sessions for tests, on the adapter that the test project chose: folders may exist in memory only, and the device that a
// session computes on can be taken from it.
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { create, globals } from 'webgpu';
import type { Source } from '../load/source.ts';
import { nodeSource } from '../platform/node-source.ts';
import { createLocalSession } from './local-session.ts';
import type { ModelLocation, Session, StoredModels } from './session.ts';

Object.assign(globalThis, globals);
// Dawn's instance must stay reachable: the process aborts when it is garbage-collected.
const instance = create([]);
let devices: GPUDevice[] = [];
let sessions: Session[] = [];

export const adapter = {
  async requestAdapter(options?: GPURequestAdapterOptions) {
    const adapter = (await instance.requestAdapter(options))!;
    const { features, limits, info } = adapter;
    const requestDevice = async (descriptor?: GPUDeviceDescriptor): Promise<GPUDevice> => {
      const device = await adapter.requestDevice(descriptor);
      devices.push(device);
      return device;
    };
    return { features, limits, info, requestDevice };
  },
} as unknown as GPU;

export const fixtureFolder = (name: string): string => join(import.meta.dirname, '../../e2e/fixtures', name);
export const at = (path: string): ModelLocation => ({ kind: 'folder', path });
export const llama = at(fixtureFolder('llama'));

/** Paths that are found here, and not on disk. */
export const memoryFolders = new Map<string, Source>();

export function newSession({ warmsUp = false, gpu = adapter } = {}): Session & StoredModels {
  const session = createLocalSession({
    gpu: () => gpu,
    warmsUp,
    async openSource(location) {
      if (location.kind !== 'folder') throw new Error('only folders here');
      return { source: memoryFolders.get(location.path) ?? nodeSource(location.path), warnings: [] };
    },
  });
  sessions.push(session);
  return session;
}

export async function loadedSession(location = llama): Promise<Session> {
  const session = newSession();
  await session.load(location);
  return session;
}

/** Destroys the device that was made last. */
export const loseDevice = (): void => devices.at(-1)!.destroy();

/** Call once in a test file: no session or device outlives its test. */
export function disposeAfterEach(): void {
  afterEach(async () => {
    await Promise.all(sessions.map((session) => session.dispose()));
    for (const device of devices) device.destroy();
    [sessions, devices] = [[], []];
  });
}
