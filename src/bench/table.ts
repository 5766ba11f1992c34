// Tables that are Markdown and read well in a terminal too. Numbers stand right.

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = header.map((title, column) =>
    Math.max(3, title.length, ...rows.map((cells) => cells[column]!.length)),
  );
  const right = header.map((_, column) => rows.every((cells) => /^[-+]?[\d.,]+( %)?$|^$|^–$/.test(cells[column]!)));
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, column) =>
      right[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
    );
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((width, column) => (right[column] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [line(header), line(rule), ...rows.map(line)];
}

/** So many digits as say something: three of them. */
export function inDigits(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 6));
}

export const inMilliseconds = (seconds: number): string => inDigits(seconds * 1e3);
export const inMegabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
export const inGigabytes = (bytes: number): string => inDigits(bytes / 1e9);
export const inPercent = (share: number): string => `${(100 * share).toFixed(1)} %`;
