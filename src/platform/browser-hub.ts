// The hub of a browser: its network, its private file system, locks over its tabs. Made in the worker, where files can
// be written.
import { createHub, type Hub, type HubOptions } from '../hub/hub.ts';
import { processLocks } from '../hub/locks.ts';
import { systemNetwork } from '../hub/network.ts';
import { browserDisk } from './opfs-disk.ts';
import { webLocks } from './web-locks.ts';

export async function browserHub(options: Pick<HubOptions, 'pieceBytes'> = {}): Promise<Hub> {
  const disk = await browserDisk(navigator.storage);
  // What is in memory is this tab's own.
  const locks = disk.kind === 'device' ? webLocks(navigator.locks) : processLocks();
  return createHub({ ...options, network: systemNetwork(), disk, locks });
}
