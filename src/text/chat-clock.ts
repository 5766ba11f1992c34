// strftime as Python writes it in the C locale: templates put the date into their system prompt, and a model was trained
// on "05 Mar 2025", whatever the language of the browser.
import { AppError } from '../errors.ts';

const months = 'January February March April May June July August September October November December'.split(' ');
const days = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const two = (value: number): string => String(value).padStart(2, '0');

const directives: Readonly<Record<string, (date: Date) => string>> = {
  '%': () => '%',
  Y: (date) => String(date.getFullYear()),
  y: (date) => two(date.getFullYear() % 100),
  m: (date) => two(date.getMonth() + 1),
  d: (date) => two(date.getDate()),
  B: (date) => months[date.getMonth()]!,
  b: (date) => months[date.getMonth()]!.slice(0, 3),
  A: (date) => days[date.getDay()]!,
  a: (date) => days[date.getDay()]!.slice(0, 3),
  H: (date) => two(date.getHours()),
  I: (date) => two(date.getHours() % 12 || 12),
  p: (date) => (date.getHours() < 12 ? 'AM' : 'PM'),
  M: (date) => two(date.getMinutes()),
  S: (date) => two(date.getSeconds()),
};

/** In local time. A dash after the percent sign takes leading zeros away: %-d. */
export function strftime(format: string, date: Date): string {
  return format.replaceAll(/%(-?)(.)/gs, (directive, dash: string, letter: string) => {
    const write = directives[letter];
    if (!write) throw new AppError('TokenizerError', `it formats a date with ${directive}, which is not supported`);
    return dash === '' ? write(date) : write(date).replace(/^0(?=.)/, '');
  });
}
