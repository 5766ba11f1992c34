// A model read straight from a hub, nothing stored: for devices without the space, and for trying a model once.
import type { Source } from '../load/source.ts';
import type { HubAddress } from './address.ts';
import type { RequestHeaders } from './credentials.ts';
import type { NeededFile } from './needed-files.ts';
import type { Network } from './network.ts';
import { rangedFile } from './ranged-file.ts';
import { refusal, subjectOf } from './refusal.ts';
import { fileUrl } from './remote-url.ts';

export interface HubSourceOptions {
  readonly network: Network;
  readonly address: HubAddress;
  readonly commit: string;
  readonly files: readonly NeededFile[];
  readonly headers: RequestHeaders;
}

export function hubSource({ network, address, commit, files, headers }: HubSourceOptions): Source {
  return {
    name: address.id,
    async open(name, signal) {
      signal?.throwIfAborted();
      const file = files.find((needed) => needed.name === name);
      if (!file) return null;
      const asked = { address, headers, file: file.path };
      return rangedFile({
        network,
        url: fileUrl(address, commit, file.path),
        name,
        subject: subjectOf(asked),
        size: file.size,
        headers,
        refuse: (reply) => refusal(reply, asked),
      });
    },
    list: async () => files.map(({ name }) => name),
  };
}
