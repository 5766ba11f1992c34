// What the parts of one running download share.
import type { HubAddress } from './address.ts';
import type { RequestHeaders } from './credentials.ts';
import type { Disk } from './disk.ts';
import type { FileDownload } from './file-download.ts';
import type { JournalKeeper } from './journal-keeper.ts';
import type { Measured, Meter } from './meter.ts';
import type { NeededFile } from './needed-files.ts';
import type { Network } from './network.ts';

export interface DownloadProgress extends Measured {
  /** 'checking': everything has arrived, checksums are being computed. */
  readonly phase: 'downloading' | 'checking';
  /** Why it waits, as a sentence; null while it flows. */
  readonly notice: string | null;
}

export interface Download {
  readonly network: Network;
  readonly disk: Disk;
  readonly folder: string;
  readonly address: HubAddress;
  readonly commit: string;
  readonly files: readonly NeededFile[];
  readonly headers: RequestHeaders;
  /** Bytes of one request; what is cut off in it is asked for again from where it ended. */
  readonly pieceBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
}

export interface DownloadRun extends Download {
  /** Aborts when the user stops or when a part fails. */
  readonly signal: AbortSignal;
  readonly states: readonly FileDownload[];
  readonly meter: Meter;
  readonly journal: JournalKeeper;
  /** Tells the progress, not too often. */
  report(notice?: string | null): void;
  /** Something changed that an idle connection may be waiting for. */
  wake(): void;
}
