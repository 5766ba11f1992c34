// What the tests of the hub share: models of random bytes, networks that do not really wait, a disk that forgets what was
// not flushed.
import { sha256, type HubServer } from '../../e2e/hub-server.ts';
import { AppError } from '../errors.ts';
import { rawSafetensors } from '../load/safetensors.test-helper.ts';
import type { Source } from '../load/source.ts';
import type { HubAddress } from './address.ts';
import type { Disk } from './disk.ts';
import { createHub, type Hub, type HubOptions } from './hub.ts';
import { processLocks } from './locks.ts';
import { memoryDisk } from './memory-disk.ts';
import { systemNetwork, type Network } from './network.ts';

/** Numbers in [0, 1) from a seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function randomBytes(length: number, seed = length): Uint8Array<ArrayBuffer> {
  const random = randomNumbers(seed);
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** config, tokenizer, and weights in so many shards; files of other programs that nobody needs lie beside. */
export function modelFiles(shards: number, bytesPerShard: number): Map<string, Uint8Array> {
  const files = new Map([
    ['config.json', json({ architectures: ['LlamaForCausalLM'] })],
    ['tokenizer.json', json({ version: '1.0' })],
    ['README.md', json('nobody needs this')],
    ['pytorch_model.bin', randomBytes(5000)],
    ['model.gguf', randomBytes(5000)],
  ]);
  const shard = (index: number): Uint8Array => {
    const tensor = { dtype: 'U8', shape: [bytesPerShard], data_offsets: [0, bytesPerShard] };
    return rawSafetensors(JSON.stringify({ [`weight.${index}`]: tensor }), randomBytes(bytesPerShard, index + 1));
  };
  if (shards === 1) return files.set('model.safetensors', shard(0));
  const names = Array.from({ length: shards }, (_, index) => `model-0000${index + 1}-of-0000${shards}.safetensors`);
  for (const [index, name] of names.entries()) files.set(name, shard(index));
  const map = Object.fromEntries(names.map((name, index) => [`weight.${index}`, name]));
  return files.set('model.safetensors.index.json', json({ weight_map: map }));
}

export const unneeded = ['README.md', 'pytorch_model.bin', 'model.gguf'];

export function addressOn(server: HubServer, id = 'owner/model', revision = 'main'): HubAddress {
  return { endpoint: server.endpoint, id, revision };
}

/** Waits in no time, and writes down how long it would have waited. */
export function impatientNetwork(changes: Partial<Network> = {}): Network & { readonly waits: number[] } {
  const waits: number[] = [];
  const wait = async (milliseconds: number, signal?: AbortSignal): Promise<void> => {
    waits.push(milliseconds);
    signal?.throwIfAborted();
  };
  return { ...systemNetwork(), wait, waits, ...changes };
}

export function testHub(options: Partial<HubOptions> = {}): Hub {
  return createHub({ network: impatientNetwork(), disk: memoryDisk(), locks: processLocks(), ...options });
}

/** SHA-256 of everything a source holds, by name. */
export async function contentOf(source: Source): Promise<Map<string, string>> {
  const content = new Map<string, string>();
  for (const name of (await source.list!()).toSorted()) {
    const file = (await source.open(name))!;
    content.set(name, sha256(await file.read(0, file.size)));
  }
  return content;
}

/** SHA-256 of what of a repository is needed, by name. */
export function neededOf(files: ReadonlyMap<string, Uint8Array>): Map<string, string> {
  const names = [...files.keys()].filter((name) => !unneeded.includes(name)).toSorted();
  return new Map(names.map((name) => [name, sha256(files.get(name)!)]));
}

export const failure = (running: Promise<unknown>): Promise<Error> =>
  running.then(
    () => Promise.reject(new Error('it succeeded')),
    (error: Error) => error,
  );

export interface CrashableDisk extends Disk {
  /**
   * The disk as the next process finds it when this one dies now. Of what was not flushed anything may have survived;
   * `random` says what. The handles of the dead process write nothing any more.
   */
  crash(random: () => number): Promise<CrashableDisk>;
}

export function crashableDisk(disk: Disk = memoryDisk()): CrashableDisk {
  /** Of files that are being written, as they were at the last flush. */
  const durable = new Map<string, Uint8Array<ArrayBuffer>>();
  let dead = false;
  const alive = (): void => {
    if (dead) throw new AppError('StorageError', 'This process is dead.');
  };
  return {
    ...disk,
    async editFile(folder, name) {
      alive();
      const file = await disk.editFile(folder, name);
      const path = `${folder}/${name}`;
      const remember = async (): Promise<void> => void durable.set(path, await file.read(0, await file.size()));
      if (!durable.has(path)) await remember();
      return {
        ...file,
        async write(start, bytes) {
          alive();
          await file.write(start, bytes);
        },
        async flush() {
          alive();
          await remember();
        },
      };
    },
    async replaceText(folder, name, text) {
      alive();
      await disk.replaceText(folder, name, text);
    },
    async removeFile(folder, name) {
      alive();
      await disk.removeFile(folder, name);
    },
    async crash(random) {
      dead = true;
      const survivor = memoryDisk();
      for (const folder of await disk.folders()) {
        for (const [name, size] of await disk.files(folder)) {
          const now = await (await disk.openFile(folder, name))!.read(0, size);
          const then = durable.get(`${folder}/${name}`) ?? now;
          const fate = random();
          const zeros = new Uint8Array(now.length);
          zeros.set(then.subarray(0, now.length));
          await (await survivor.editFile(folder, name)).write(0, fate < 0.4 ? then : fate < 0.7 ? zeros : now);
        }
      }
      return crashableDisk(survivor);
    },
  };
}
