// A blank page of the app's origin with the hub's worker in it, as one browser tab.
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from '@playwright/test';
import { build, type Rolldown } from 'vite';
import type { Calls } from './hub-worker.ts';

declare global {
  interface Window {
    askHub(call: string, request: unknown): Promise<unknown>;
  }
}

let bundled: Promise<string> | null = null;

export interface HubTab {
  readonly page: Page;
  ask<Call extends keyof Calls>(
    call: Call,
    request?: Parameters<Calls[Call]>[0],
  ): Promise<Awaited<ReturnType<Calls[Call]>>>;
}

/** `blocked`: a browser that does not let pages store files. */
export async function openTab(context: BrowserContext, origin: string, { blocked = false } = {}): Promise<HubTab> {
  bundled ??= bundle();
  const code = await bundled;
  const page = await context.newPage();
  // A file of that server, which runs nothing of its own. (A page that a test makes up comes from no address, and may not
  // ask servers of this machine.)
  await page.goto(`${origin}fixtures/tiny-text/config.json`);
  await page.evaluate(
    ([script, name]) => {
      const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
      const port = new Worker(url, { type: 'module', name });
      let last = 0;
      window.askHub = (call, request) =>
        new Promise((resolve, reject) => {
          const id = ++last;
          port.addEventListener('message', function answer({ data }) {
            if (data.id !== id) return;
            port.removeEventListener('message', answer);
            if ('error' in data) reject(new Error(`${data.error.name}: ${data.error.message}`));
            else resolve(data.result);
          });
          port.postMessage({ id, call, request });
        });
    },
    [code, blocked ? 'blocked' : 'hub'] as const,
  );
  return {
    page,
    ask: (call, request) =>
      page.evaluate(([name, given]) => window.askHub(name, given), [call, request] as const) as Promise<never>,
  };
}

async function bundle(): Promise<string> {
  const entry = fileURLToPath(new URL('./hub-worker.ts', import.meta.url));
  const built = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    build: { write: false, minify: false, target: 'es2023', lib: { entry, formats: ['es'], fileName: 'hub-worker' } },
  });
  const [output] = built as Rolldown.RolldownOutput[];
  return output!.output[0].code;
}
