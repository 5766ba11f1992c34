// What was measured on a device, between runs of the command line: files in the user's folder for caches.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeptTunings } from '../session/platform.ts';

/** Nothing is kept where the folder cannot be written: it is measured again then. */
export function nodeTunings(folder: string): KeptTunings {
  const pathOf = (device: string): string => join(folder, `tuning-${encodeURIComponent(device)}.json`);
  return {
    read: (device) => readFile(pathOf(device), 'utf8').catch(() => null),
    async write(device, text) {
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(pathOf(device), text);
      } catch {
        // A read-only folder costs a measurement, nothing else.
      }
    },
  };
}

/** As the XDG base directory specification has it. */
export const cacheFolder = (environment: NodeJS.ProcessEnv, home: string): string =>
  join(environment['XDG_CACHE_HOME'] || join(home, '.cache'), 'attnlrp-webgpu');
