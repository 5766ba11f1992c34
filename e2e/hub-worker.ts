// The hub in a dedicated worker of a test page, with a few calls that a test can make. Bundled by hub-tab.ts.
import type { HubAddress } from '../src/hub/address.ts';
import type { Hub } from '../src/hub/hub.ts';
import { browserHub } from '../src/platform/browser-hub.ts';

export interface Opened {
  /** SHA-256 by name, read through the model's source. */
  readonly content: Readonly<Record<string, string>>;
  readonly stored: boolean;
  readonly warnings: readonly string[];
  readonly phases: readonly string[];
}

let stop = new AbortController();
const hub: Promise<Hub> = createTestHub();

async function createTestHub(): Promise<Hub> {
  if (self.name === 'blocked') {
    const refuse = () => Promise.reject(new DOMException('Storage is blocked.', 'SecurityError'));
    StorageManager.prototype.getDirectory = refuse;
  }
  return browserHub({ pieceBytes: 65_536 });
}

const calls = {
  async open({ address, token }: { address: HubAddress; token?: string }): Promise<Opened> {
    stop = new AbortController();
    const phases = new Set<string>();
    const { source, stored, warnings } = await (
      await hub
    ).open(address, {
      token: token ?? null,
      signal: stop.signal,
      onProgress: ({ phase }) => phases.add(phase),
    });
    const content: Record<string, string> = {};
    for (const name of (await source.list!()).toSorted()) {
      const file = (await source.open(name))!;
      content[name] = await sha256(await file.read(0, file.size));
    }
    return { content, stored: stored !== null, warnings, phases: [...phases] };
  },
  pause: async () => stop.abort(),
  kind: async () => (await hub).store.kind,
  list: async () => (await hub).store.list(),
  unfinished: async () => (await hub).store.unfinished(),
  space: async () => (await hub).store.space(),
  remove: async (key: string) => (await hub).store.remove(key),
  /** Replaces the weights of a stored model by a file made here. */
  async convert({ address, bytes }: { address: HubAddress; bytes: number }) {
    const { store } = await hub;
    const model = (await store.find(address))!;
    const file = (await store.derive(model, 'converted.safetensors', bytes))!;
    for (let at = 0; at < bytes; at += 1000) await file.append(new Uint8Array(Math.min(1000, bytes - at)).fill(7));
    const weights = model.files.map(({ name }) => name).filter((name) => name.includes('.safetensors'));
    await file.commit({ replaces: weights });
  },
};

export type Calls = typeof calls;

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const port = self as unknown as Pick<Worker, 'postMessage'>;
self.addEventListener('message', async ({ data }: MessageEvent<{ id: number; call: keyof Calls; request: never }>) => {
  const { id, call, request } = data;
  try {
    port.postMessage({ id, result: await calls[call](request) });
  } catch (error) {
    const { name, message } = error as Error;
    port.postMessage({ id, error: { name, message } });
  }
});
