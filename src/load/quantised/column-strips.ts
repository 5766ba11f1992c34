// Columns of a stored matrix whose rows run the other way than we need them. A tensor of moderate size is read once and
// kept while it is needed; of a larger one a strip of columns, a piece of every row at a time.
import { readWhole, type StoredTensor } from '../stored-tensor.ts';

/** A tensor of so many bytes is read whole. */
const wholeBytes = 32 * 2 ** 20;
/** Of a larger one so much is kept: the strip before may not have been collected yet. */
const stripBytes = 16 * 2 ** 20;
/** Pieces of rows that are asked for at the same time. */
const inFlight = 16;

export interface Strip {
  /** Row by row. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly firstColumn: number;
  readonly columns: number;
}

export interface ColumnStrips {
  /** A strip that holds the columns [first, last) of the tensor, and perhaps more. Ask in ascending order. */
  read(first: number, last: number, signal?: AbortSignal): Promise<Strip>;
  /** Lets go of what is kept, when all has been read. */
  release(): void;
}

export function columnStrips(tensor: StoredTensor, limits = { whole: wholeBytes, strip: stripBytes }): ColumnStrips {
  const [rows, columns] = tensor.shape as readonly [number, number];
  const bytes = tensor.end - tensor.start;
  const columnsAtOnce = bytes <= limits.whole ? columns : Math.max(1, Math.floor((limits.strip * columns) / bytes));
  let kept: Strip | null = null;
  return {
    async read(first, last, signal) {
      if (kept && kept.firstColumn <= first && last <= kept.firstColumn + kept.columns) return kept;
      kept = null;
      const from = columnsAtOnce === columns ? 0 : first;
      const to = Math.min(columns, Math.max(last, from + columnsAtOnce));
      const whole = to - from === columns;
      const strip = whole ? await readWhole(tensor, signal) : await readStrip(tensor, rows, [from, to], signal);
      kept = { bytes: strip, firstColumn: from, columns: to - from };
      return kept;
    },
    release: () => void (kept = null),
  };
}

async function readStrip(
  { file, start, end, shape }: StoredTensor,
  rows: number,
  [first, last]: readonly [number, number],
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytesPerRow = (end - start) / rows;
  const bytesPerValue = bytesPerRow / shape[1]!;
  const width = (last - first) * bytesPerValue;
  const strip = new Uint8Array(rows * width);
  for (let top = 0; top < rows; top += inFlight) {
    const count = Math.min(inFlight, rows - top);
    const pieces = Array.from({ length: count }, (_, index) => {
      const from = start + (top + index) * bytesPerRow + first * bytesPerValue;
      return file.read(from, from + width, signal);
    });
    (await Promise.all(pieces)).forEach((piece, index) => strip.set(piece, (top + index) * width));
  }
  return strip;
}
