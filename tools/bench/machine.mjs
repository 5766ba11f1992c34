// The machine that is measured: the driver that every process gets, whether something else runs, and what is made of runs.
import { existsSync } from 'node:fs';
import { loadavg } from 'node:os';

/** The environment of each process: lavapipe, unless a driver is chosen by variables or left to Vulkan ('default'). */
export function environmentFor(adapter) {
  const { VK_ICD_FILENAMES: chosen, VK_DRIVER_FILES: chosenToo } = process.env;
  if (chosen !== undefined || chosenToo !== undefined || adapter === 'default') return process.env;
  const known = ['lvp_icd.json', 'lvp_icd.x86_64.json'].map((name) => `/usr/share/vulkan/icd.d/${name}`);
  const lavapipe = known.find((path) => existsSync(path));
  if (lavapipe === undefined) {
    process.stderr.write(
      'lavapipe is not installed (Debian: apt-get install mesa-vulkan-drivers). --adapter default takes another.\n',
    );
    process.exit(1);
  }
  return { ...process.env, VK_ICD_FILENAMES: lavapipe, VK_DRIVER_FILES: lavapipe };
}

/** The load of the last minute, with a word of warning where it would spoil the figures. */
export function loadBefore() {
  const [busy] = loadavg();
  if (busy > 1)
    process.stderr.write(`Something else runs on this machine (load ${busy.toFixed(1)}): figures will be too low.\n`);
  return busy;
}

/** What something else on the machine disturbs least. Of an even number of values the mean of the two in the middle. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const last = sorted.length - 1;
  return (sorted[Math.floor(last / 2)] + sorted[Math.ceil(last / 2)]) / 2;
}
