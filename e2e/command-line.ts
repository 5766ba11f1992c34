// The same question asked on the command line, on the software adapter that Chromium brings.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { environmentOf, softwareDrivers } from '../src/platform/vulkan-drivers.ts';

const root = join(import.meta.dirname, '..');
export const fixture = (name: string): string => join(root, 'e2e', 'fixtures', name);
export const embeddedModel = join(root, 'public', 'models', 'tiny-world');

interface Answer {
  readonly tokens: readonly { readonly id: number; readonly relevance: number }[];
  readonly target: { readonly id: number; readonly score: number };
  readonly layers: readonly (readonly number[])[];
  readonly ledger: Readonly<Record<string, number>>;
}

interface ImageAnswer {
  readonly classes: readonly { readonly id: number; readonly label: string; readonly probability: number }[];
  readonly target: { readonly id: number; readonly label: string; readonly score: number };
  readonly patches: readonly number[];
  readonly ledger: Readonly<Record<string, number>>;
}

function explain<Result>(flags: readonly string[]): Result {
  const driver = softwareDrivers().find(({ name }) => name === 'swiftshader');
  if (!driver) throw new Error('Chromium brings no SwiftShader driver that Node could use.');
  const output = execFileSync(
    process.execPath,
    [join(root, 'tools', 'run.mjs'), 'main', 'explain', ...flags, '--json'],
    {
      cwd: root,
      encoding: 'utf8',
      stdio: 'pipe',
      env: { ...process.env, ...environmentOf(driver) },
    },
  );
  return JSON.parse(output) as Result;
}

export function explainOnCommandLine(model: string, ids: readonly number[], target: number): Answer {
  return explain(['--model', model, '--ids', ids.join(','), '--target', String(target), '--scalar', 'centred-logit']);
}

export function explainImageOnCommandLine(model: string, image: string, ...flags: string[]): ImageAnswer {
  return explain(['--model', model, '--image', image, ...flags]);
}
