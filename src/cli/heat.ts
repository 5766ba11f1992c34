// Signed relevance as a background colour: red raises, blue lowers, white is zero; one symmetric scale.

type Colour = readonly [red: number, green: number, blue: number];

const red: Colour = [202, 0, 32];
const blue: Colour = [5, 113, 176];
const reset = '\u001B[0m';

/** The 99th percentile of the magnitudes: one outlier does not bleach the rest. Never zero. */
export function scaleOf(values: readonly number[]): number {
  const magnitudes = values.map(Math.abs).toSorted((a, b) => a - b);
  const position = 0.99 * (magnitudes.length - 1);
  const below = magnitudes[Math.floor(position)] ?? 0;
  const above = magnitudes[Math.ceil(position)] ?? 0;
  return below + (above - below) * (position % 1) || above || Number.MIN_VALUE;
}

/** strength: −1 full blue … 0 white … 1 full red; beyond is full. */
export function paint(text: string, strength: number, colourBits: number): string {
  const part = Math.min(Math.abs(strength), 1);
  const background = mix(strength < 0 ? blue : red, part);
  const ink: Colour = part > 0.6 ? [255, 255, 255] : [0, 0, 0];
  const codes = `\u001B[${code(48, background, colourBits)};${code(38, ink, colourBits)}m`;
  // Colour that reaches a line's end would fill the rest of the screen's width.
  return text
    .split('\n')
    .map((piece) => (piece === '' ? '' : `${codes}${piece}${reset}`))
    .join('\n');
}

/** A pixel under relevance: grey where there is none, so that colour means relevance alone. */
export function heatOver([r, g, b]: Colour, strength: number): Colour {
  const grey = 0.299 * r + 0.587 * g + 0.114 * b;
  const part = 0.75 * Math.min(Math.abs(strength), 1);
  const toward = (full: number) => Math.round(grey + (full - grey) * part);
  const colour = strength < 0 ? blue : red;
  return [toward(colour[0]), toward(colour[1]), toward(colour[2])];
}

function mix(colour: Colour, part: number): Colour {
  const [r, g, b] = colour;
  const toward = (full: number) => Math.round(255 + (full - 255) * part);
  return [toward(r), toward(g), toward(b)];
}

/** 24 bits as they are, 8 bits as the nearest of the palette's 6 × 6 × 6 cube. */
function code(kind: 38 | 48, [r, g, b]: Colour, colourBits: number): string {
  if (colourBits >= 24) return `${kind};2;${r};${g};${b}`;
  const step = (value: number) => Math.round((value / 255) * 5);
  return `${kind};5;${16 + 36 * step(r) + 6 * step(g) + step(b)}`;
}
