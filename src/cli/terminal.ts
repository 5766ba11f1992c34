// Where a command writes: results on the standard output, everything else on the standard error.

export interface Terminal {
  /** The result, exactly as given. */
  out(text: string): void;
  /** A line for the person who waits. */
  note(line: string): void;
  /** A line that replaces itself while something runs; '' wipes it. Nothing when nobody watches. */
  progress(line: string): void;
  /** Someone reads the standard output as it comes. */
  readonly interactive: boolean;
  /** Bits of colour the standard output shows: 24, 8, or less for none worth using. */
  readonly colourBits: number;
}

export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  let shown = '';
  return {
    out: (text) => void stdout.write(text),
    note: (line) => void stderr.write(`${line}\n`),
    progress: (line) => {
      if (stderr.isTTY && line !== shown) stderr.write(`\r\u001B[K${line}`);
      shown = line;
    },
    interactive: stdout.isTTY,
    // https://no-color.org: any value but the empty one means none.
    colourBits: stdout.isTTY && !process.env['NO_COLOR'] ? stdout.getColorDepth() : 1,
  };
}

/** Resolves when everything written so far has left the process. */
export async function flushed(): Promise<void> {
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise<void>((done) => stream.write('', () => done()))),
  );
}
