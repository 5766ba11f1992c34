// Numbers and tokens as people read them: true minus signs, two or three significant digits, units spelled out.

const minus = '\u2212';
const narrowSpace = '\u202f';

/** Two digits below one, three above; scientific below a ten-thousandth. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return 'not a number';
  const size = Math.abs(value);
  if (size === 0) return '0';
  const digits = size >= 1000 ? grouped(size) : size >= 1 ? size.toPrecision(3) : small(size);
  return value < 0 ? minus + digits : digits;
}

function small(size: number): string {
  if (size >= 1e-4) return size.toPrecision(2);
  const [mantissa, exponent] = size.toExponential(1).split('e');
  return `${mantissa}e${exponent?.replace('-', minus)}`;
}

const grouped = (size: number): string => Math.round(size).toLocaleString('en').replaceAll(',', narrowSpace);

/** With a sign, whichever it is. */
export const formatSigned = (value: number): string => (value > 0 ? `+${formatNumber(value)}` : formatNumber(value));

export const formatLogits = (value: number): string => `${formatSigned(value)} logits`;

export function formatPercent(fraction: number): string {
  const percent = fraction * 100;
  if (percent > 0 && percent < 0.01) return '<0.01 %';
  const digits = percent >= 99.95 || percent === 0 ? 0 : percent >= 10 ? 1 : 2;
  return `${percent.toFixed(digits)} %`;
}

/** 2 130 000 → '2.13 M'. */
export function formatCount(count: number): string {
  const units = ['', ' k', ' M', ' B', ' T'];
  const step = count < 1000 ? 0 : Math.min(Math.floor(Math.log10(count) / 3), units.length - 1);
  return step === 0 ? String(count) : `${(count / 1000 ** step).toPrecision(3)}${units[step]}`;
}

/** Decimal units, as disks and browsers count. */
export const formatBytes = (bytes: number): string =>
  `${formatCount(bytes).replace(/ ?([kMBT])?$/, (_, unit?: string) => (unit ? ` ${unit.replace('B', 'G')}` : ' '))}B`;

/** Tokens per second; '–' where nothing was measured. */
export const formatPace = (pace: { readonly tokens: number; readonly seconds: number } | null): string =>
  pace === null || pace.tokens === 0 || pace.seconds === 0 ? '–' : formatNumber(pace.tokens / pace.seconds);

/** A token's text with its white space made visible, in quotes. */
export const quote = (text: string): string =>
  `\u201c${text.replaceAll('\n', '⏎').replaceAll('\t', '⇥').replaceAll('\r', '␍')}\u201d`;
