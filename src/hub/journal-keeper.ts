// Writes the journal of a download while it runs: never ahead of the bytes it speaks of, and not too often.
import type { HubAddress } from './address.ts';
import type { Disk } from './disk.ts';
import type { FileDownload } from './file-download.ts';
import { journalName, writeRecord } from './records.ts';

export interface JournalKeeperOptions {
  readonly disk: Disk;
  readonly folder: string;
  readonly address: HubAddress;
  readonly commit: string;
  readonly states: readonly FileDownload[];
  /** A page that is killed fetches at most so many bytes again. */
  readonly saveEvery: number;
}

export class JournalKeeper {
  private readonly options: JournalKeeperOptions;
  private unsaved = 0;
  private saving: Promise<void> = Promise.resolve();

  constructor(options: JournalKeeperOptions) {
    this.options = options;
  }

  /** Saves when enough has come together. */
  async count(bytes: number): Promise<void> {
    this.unsaved += bytes;
    if (this.unsaved >= this.options.saveEvery) await this.save();
  }

  save(): Promise<void> {
    this.unsaved = 0;
    this.saving = this.saving.catch(() => undefined).then(() => this.write());
    return this.saving;
  }

  /** First what is said, then that it is true, then it is written down. */
  private async write(): Promise<void> {
    const { disk, folder, address, commit, states } = this.options;
    const text = writeRecord({ address, commit, files: states.map(({ journal }) => journal) });
    for (const state of states) await state.flush();
    await disk.replaceText(folder, journalName, text);
  }
}
