// Downloads the files of a model into a folder: several connections, pieces in order, resumable at every byte. It ends
// with all files complete and checked, or throws and leaves a journal from which the next run goes on.
import { AppError } from '../errors.ts';
import type { Download, DownloadRun } from './download-run.ts';
import { fetchPiece } from './fetch-piece.ts';
import { FileDownload } from './file-download.ts';
import { JournalKeeper } from './journal-keeper.ts';
import { Meter } from './meter.ts';
import { TransientError } from './persistently.ts';
import type { Range } from './ranges.ts';
import { journalName, readJournal } from './records.ts';

const connections = 4;
const defaultPieceBytes = 32 * 2 ** 20;
/** Milliseconds. */
const reportEvery = 100;

export async function download(options: Download): Promise<void> {
  const { network, pieceBytes = defaultPieceBytes } = options;
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(options.signal ? [options.signal] : [])]);
  const states = await takeUp(options, signal);
  const meter = new Meter(
    states.reduce((sum, { file }) => sum + file.size, 0),
    doneBytes(states),
    network.now,
  );
  const journal = new JournalKeeper({ ...options, states, saveEvery: pieceBytes / 2 });
  const idle = new Idle();
  const wake = (): void => idle.wake();
  const run: DownloadRun = {
    ...options,
    signal,
    states,
    meter,
    journal,
    report: reporter(options, states, meter),
    wake,
  };
  await journal.save();
  run.report();
  const work = async (): Promise<void> => {
    try {
      for (;;) {
        signal.throwIfAborted();
        const task = nextTask(states, pieceBytes);
        if (task === 'done') break;
        if (task === 'wait') {
          await idle.sleep();
          continue;
        }
        await (task.piece ? fetchOne(run, task.state, task.piece) : verify(run, task.state));
        wake();
      }
    } catch (error) {
      stop.abort(error);
      wake();
      throw error;
    }
  };
  const worked = await Promise.allSettled(Array.from({ length: connections }, work));
  const closed = await Promise.allSettled(states.map((state) => state.close()));
  if (worked.some(({ status }) => status === 'rejected')) {
    // The journal may fail for the same reason; that reason is what counts.
    await journal.save().catch(() => undefined);
    options.signal?.throwIfAborted();
    throw explain(stop.signal.reason, doneBytes(states));
  }
  for (const result of closed) if (result.status === 'rejected') throw result.reason;
  await journal.save();
  run.report();
}

const doneBytes = (states: readonly FileDownload[]): number => states.reduce((sum, state) => sum + state.doneBytes, 0);

/** What an earlier run left, where it is of the same content; everything else in the folder goes. */
async function takeUp({ disk, folder, files, commit }: Download, signal: AbortSignal): Promise<FileDownload[]> {
  const present = await disk.files(folder);
  const journal = readJournal(await disk.readText(folder, journalName));
  const states = files.map((file) => {
    const found = journal?.files.find(({ name }) => name === file.name);
    // Without a checksum only the same commit is surely the same content.
    const same = found?.size === file.size && found.checksum === file.checksum;
    const kept = same && (file.checksum !== null || journal?.commit === commit) ? found : null;
    return new FileDownload({ disk, folder, file, kept, present: present.get(file.name) ?? 0, signal });
  });
  const keep = new Set([journalName, ...states.flatMap(({ file, done }) => (done.length > 0 ? [file.name] : []))]);
  for (const name of present.keys()) if (!keep.has(name)) await disk.removeFile(folder, name);
  return states;
}

type Task = { readonly state: FileDownload; readonly piece: Range | null } | 'wait' | 'done';

function nextTask(states: readonly FileDownload[], pieceBytes: number): Task {
  let busy = false;
  for (const state of states) {
    if (state.verified) continue;
    busy = true;
    if (state.readyToVerify) return { state, piece: null };
    // The first answer tells how the server treats ranges; one connection finds out.
    if (state.asking || state.verifying) continue;
    const piece = state.claim(pieceBytes);
    if (piece) return { state, piece };
  }
  return busy ? 'wait' : 'done';
}

async function fetchOne(run: DownloadRun, state: FileDownload, piece: Range): Promise<void> {
  const { attempt } = state;
  state.asking = state.ranged === null;
  try {
    await fetchPiece(run, state, piece);
    state.hashForward();
  } catch (error) {
    // The file starts anew: somebody else noticed, or this very piece did.
    if (!attempt.signal.aborted || run.signal.aborted) throw error;
  } finally {
    state.asking = false;
    state.unclaim(piece);
  }
}

async function verify(run: DownloadRun, state: FileDownload): Promise<void> {
  const { file } = state;
  state.verifying = true;
  try {
    await state.edit();
    const digest = await state.digest();
    if (digest === file.checksum) {
      state.verified = true;
      await state.close();
      await run.journal.save();
      return;
    }
    state.damaged += 1;
    run.meter.remove(state.restart(null));
    if (state.damaged < 2) return run.report(`${file.name} arrived damaged; fetching it again.`);
    throw new AppError(
      'SourceError',
      `${file.name} of ${run.address.id} arrived damaged twice: its checksum is ${digest}, but the hub states ` +
        `${file.checksum}. The damaged file was removed, the others are kept. Try again later, or over another network.`,
    );
  } finally {
    state.verifying = false;
  }
}

function reporter(
  { network, onProgress }: Download,
  states: readonly FileDownload[],
  meter: Meter,
): DownloadRun['report'] {
  let last = -Infinity;
  let shown: string | null = null;
  return (notice = null) => {
    const now = network.now();
    const phase = states.every(({ complete }) => complete) ? 'checking' : 'downloading';
    if (now - last < reportEvery && notice === shown && phase === 'downloading') return;
    last = now;
    shown = notice;
    onProgress?.({ phase, ...meter.read(), notice });
  };
}

function explain(error: unknown, keptBytes: number): unknown {
  if (!(error instanceof TransientError) || keptBytes === 0) return error;
  const sentence = `${error.message} What has arrived is kept: opening the model again goes on from there.`;
  return new AppError('SourceError', sentence, { cause: error.cause });
}

/** Connections that have nothing to do until something changes. */
class Idle {
  private sleepers: (() => void)[] = [];

  sleep(): Promise<void> {
    return new Promise((resolve) => this.sleepers.push(resolve));
  }

  wake(): void {
    for (const resolve of this.sleepers.splice(0)) resolve();
  }
}
