// The state of one file of a download: which bytes are on the disk, which are on their way, and its checksum, which
// follows the bytes as they become complete from the front.
import { hasherLike, type Checksum, type Hasher } from './checksum.ts';
import type { Disk, EditableFile } from './disk.ts';
import type { NeededFile } from './needed-files.ts';
import { addRange, clipRanges, missingFrom, prefixOf, sizeOfRanges, type Range } from './ranges.ts';
import type { JournalFile } from './records.ts';

/** Read back for the checksum at a time, so that arriving bytes never wait long. */
const hashedAtOnce = 4 * 2 ** 20;

export interface FileDownloadOptions {
  readonly disk: Disk;
  readonly folder: string;
  readonly file: NeededFile;
  /** What the journal of an earlier run says. */
  readonly kept: JournalFile | null;
  /** Bytes that are really on the disk. */
  readonly present: number;
  /** Of the run. */
  readonly signal: AbortSignal;
}

export class FileDownload {
  readonly file: NeededFile;
  etag: string | null;
  done: readonly Range[];
  verified: boolean;
  /** Whether the server gives ranges; null before its first answer, and nobody else asks until then. */
  ranged: boolean | null = null;
  asking = false;
  verifying = false;
  /** How often the file arrived with a wrong checksum, and how often it changed on the server. */
  damaged = 0;
  changed = 0;
  /** Aborts when everything that arrived so far turned out to be void. */
  attempt = new AbortController();
  private claimed: readonly Range[] = [];
  private editable: Promise<EditableFile> | null = null;
  private hasher: Hasher | null = null;
  private hashed = 0;
  private hashing: Promise<void> = Promise.resolve();
  private readonly options: FileDownloadOptions;

  constructor(options: FileDownloadOptions) {
    const { file, kept, present } = options;
    this.options = options;
    this.file = file;
    this.etag = kept?.etag ?? null;
    this.done = clipRanges(kept?.done ?? [], Math.min(present, file.size));
    this.verified = kept?.verified === true && present === file.size && this.complete;
  }

  get doneBytes(): number {
    return sizeOfRanges(this.done);
  }

  get complete(): boolean {
    return this.doneBytes === this.file.size;
  }

  get readyToVerify(): boolean {
    return this.complete && !this.verified && !this.verifying && this.claimed.length === 0;
  }

  get journal(): JournalFile {
    const { file, etag, done, verified } = this;
    return { name: file.name, size: file.size, checksum: file.checksum, etag, done, verified };
  }

  /** The next bytes that nobody fetches yet. */
  claim(longest: number): Range | null {
    const busy = [...this.done, ...this.claimed].reduce<Range[]>((all, range) => addRange(all, range), []);
    const [gap] = missingFrom(busy, [0, this.file.size]);
    if (!gap || (this.ranged === false && this.claimed.length > 0)) return null;
    // A server that ignores ranges sends everything at once.
    const piece: Range = [gap[0], this.ranged === false ? this.file.size : Math.min(gap[1], gap[0] + longest)];
    this.claimed = [...this.claimed, piece];
    return piece;
  }

  unclaim(piece: Range): void {
    this.claimed = this.claimed.filter((other) => other !== piece);
  }

  /** Returns how many of the bytes are new. */
  async write(start: number, bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    const { attempt } = this;
    await (await this.edit()).write(start, bytes);
    attempt.signal.throwIfAborted();
    const before = this.doneBytes;
    this.done = addRange(this.done, [start, start + bytes.length]);
    return this.doneBytes - before;
  }

  /** Forgets everything that arrived. Returns how many bytes that was. */
  restart(etag: string | null): number {
    const lost = this.doneBytes;
    this.attempt.abort(new Error(`${this.file.name} starts anew`));
    this.attempt = new AbortController();
    this.done = [];
    this.verified = false;
    this.etag = etag;
    this.hashing = this.hashing.catch(() => undefined);
    this.hasher = null;
    this.hashed = 0;
    return lost;
  }

  /** Carries the checksum forward over what is complete from the front; not awaited while bytes are arriving. */
  hashForward(): void {
    const { checksum } = this.file;
    if (checksum === null) return;
    const { attempt } = this;
    this.hashing = this.hashing.then(async () => {
      while (!attempt.signal.aborted && this.hashed < prefixOf(this.done)) {
        const end = Math.min(prefixOf(this.done), this.hashed + hashedAtOnce);
        this.options.signal.throwIfAborted();
        const bytes = await (await this.edit()).read(this.hashed, end);
        if (attempt.signal.aborted) return;
        this.hasher ??= hasherLike(checksum, this.file.size);
        this.hasher.update(bytes);
        this.hashed = end;
        // Lets the transfers go on between two blocks.
        await new Promise((resolve) => setTimeout(resolve));
      }
    });
    // Whoever verifies the file meets the failure.
    this.hashing.catch(() => undefined);
  }

  /** The checksum of the complete file; null where the hub states none to compare it with. */
  async digest(): Promise<Checksum | null> {
    const { checksum } = this.file;
    if (checksum === null) return null;
    this.hashForward();
    await this.hashing;
    return (this.hasher ?? hasherLike(checksum, this.file.size)).digest();
  }

  /** Makes the file where it does not exist: also one of no bytes. */
  edit(): Promise<EditableFile> {
    this.editable ??= this.options.disk.editFile(this.options.folder, this.file.name);
    return this.editable;
  }

  async flush(): Promise<void> {
    await (await this.editable)?.flush();
  }

  async close(): Promise<void> {
    const editable = await this.editable;
    if (!editable) return;
    await this.hashing.catch(() => undefined);
    this.editable = null;
    // What is void shall not take space.
    if (this.done.length === 0) await editable.truncate(0);
    await editable.flush();
    await editable.close();
  }
}
