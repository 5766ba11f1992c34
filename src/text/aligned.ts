// A text on its way through normalisation, each of whose UTF-16 units remembers the span of the original it stands for.

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Aligned {
  readonly text: string;
  /** Per unit of text: original UTF-16 offsets. Neither list ever decreases. Inserted units have start = end. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** A text aligned with itself; both halves of a surrogate pair stand for the whole code point. */
export function aligned(text: string): Aligned {
  const result = new AlignedBuilder();
  let at = 0;
  for (const point of text) {
    result.put(point, at, at + point.length);
    at += point.length;
  }
  return result;
}

export function slice({ text, starts, ends }: Aligned, from: number, to: number): Aligned {
  return { text: text.slice(from, to), starts: starts.slice(from, to), ends: ends.slice(from, to) };
}

/** What the units [from, to) stand for; nothing stands at the place where it would be. */
export function spanOf({ starts, ends }: Aligned, from: number, to: number): Span {
  if (from < to) return { start: starts[from]!, end: ends[to - 1]! };
  const place = starts[from] ?? ends.at(-1) ?? 0;
  return { start: place, end: place };
}

/** Collects an aligned text piece by piece, in order. */
export class AlignedBuilder implements Aligned {
  text = '';
  readonly starts: number[] = [];
  readonly ends: number[] = [];

  /** Text all of which stands for the same span. */
  put(text: string, start: number, end: number): void {
    this.text += text;
    for (let unit = 0; unit < text.length; unit++) {
      this.starts.push(start);
      this.ends.push(end);
    }
  }

  copy(from: Aligned, start: number, end: number): void {
    this.text += from.text.slice(start, end);
    for (let unit = start; unit < end; unit++) {
      this.starts.push(from.starts[unit]!);
      this.ends.push(from.ends[unit]!);
    }
  }

  /** Text in place of the units [start, end) of another; unit by unit where both are equally long. */
  replace(from: Aligned, start: number, end: number, text: string): void {
    if (text.length !== end - start) {
      const span = spanOf(from, start, end);
      this.put(text, span.start, span.end);
    } else for (let i = 0; i < text.length; i++) this.put(text[i]!, from.starts[start + i]!, from.ends[start + i]!);
  }
}
