// Measurements of real shapes as a table in Markdown, as the formatter of this project would write it.

export interface CheckpointMeasurement {
  readonly checkpoint: string;
  readonly quantize: string;
  /** How its matrices are computed. */
  readonly format: string;
  readonly parameters: number;
  readonly adapter: string;
  /** The largest storage buffer binding of the device. */
  readonly bindingBytes: number;
  readonly fileBytes: number;
  readonly loadSeconds: number;
  readonly weightBytes: number;
  /** Of all buffers at their peak, over loading, generating and explaining. */
  readonly gpuPeakBytes: number;
  /** JavaScript's memory above its baseline, at its peak while loading. */
  readonly heapBytes: number;
  /** The largest resident set of the process; a software adapter's buffers are part of it. */
  readonly residentBytes: number;
  /** null: of an image model. */
  readonly generate: { readonly tokens: number; readonly tokensPerSecond: number } | null;
  readonly explain: { readonly tokens: number; readonly seconds: number };
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
const seconds = (count: number): string => `${count.toFixed(count < 10 ? 1 : 0)} s`;

const columns: readonly (readonly [
  title: string,
  align: 'left' | 'right',
  cell: (row: CheckpointMeasurement) => string,
])[] = [
  ['Checkpoint', 'left', ({ checkpoint, quantize }) => checkpoint + (quantize === 'none' ? '' : `, as ${quantize}`)],
  ['Weights computed in', 'left', ({ format }) => format],
  ['Files', 'right', ({ fileBytes }) => megabytes(fileBytes)],
  ['Load', 'right', ({ loadSeconds }) => seconds(loadSeconds)],
  ['GPU, weights', 'right', ({ weightBytes }) => megabytes(weightBytes)],
  ['GPU, peak', 'right', ({ gpuPeakBytes }) => megabytes(gpuPeakBytes)],
  ['JS heap', 'right', ({ heapBytes }) => megabytes(heapBytes)],
  ['Process', 'right', ({ residentBytes }) => megabytes(residentBytes)],
  ['Generate', 'right', ({ generate }) => (generate ? `${generate.tokensPerSecond.toFixed(1)} tokens/s` : '–')],
  ['Explain', 'right', ({ explain }) => seconds(explain.seconds)],
];

export function markdownTable(rows: readonly CheckpointMeasurement[]): string {
  const lines = [columns.map(([title]) => title), ...rows.map((row) => columns.map(([, , cell]) => cell(row)))];
  const widths = columns.map((_, index) => Math.max(3, ...lines.map((line) => line[index]!.length)));
  const write = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const padded = lines.map((line) =>
    write(
      line.map((cell, index) =>
        columns[index]![1] === 'left' ? cell.padEnd(widths[index]!) : cell.padStart(widths[index]!),
      ),
    ),
  );
  const rule = write(columns.map(([, align], index) => (align === 'left' ? '-' : ':').padStart(widths[index]!, '-')));
  return [padded[0]!, rule, ...padded.slice(1)].join('\n');
}

const marks = ['<!-- measured by npm run real-shapes -->', '<!-- end of what was measured -->'] as const;

/** The document with what stands between its two marks replaced; null where it has none. */
export function replaceMeasured(document: string, text: string): string | null {
  const [begin, end] = [document.indexOf(marks[0]), document.indexOf(marks[1])];
  if (begin < 0 || end < begin) return null;
  return `${document.slice(0, begin)}${marks[0]}\n\n${text}\n\n${document.slice(end)}`;
}
