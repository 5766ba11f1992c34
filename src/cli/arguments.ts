// Reads flags strictly: what is unknown, missing or malformed is wrong usage, told in a sentence.
import { parseArgs } from 'node:util';

export type Options = Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>;

/** Wrong usage: the command line itself is at fault (exit code 2). */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

const unitBytes: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};

/** The flags of one call, read by type. */
export class Values {
  private readonly given: Readonly<Record<string, string | boolean | undefined>>;

  constructor(given: Readonly<Record<string, string | boolean | undefined>>) {
    this.given = given;
  }

  flag(name: string): boolean {
    return this.given[name] === true;
  }

  text(name: string): string | null {
    const value = this.given[name];
    return typeof value === 'string' ? value : null;
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === null || value === '') throw new WrongUsage(`--${name} is missing.`);
    return value;
  }

  oneOf<Name extends string>(name: string, allowed: readonly Name[], otherwise: Name): Name {
    const value = this.text(name);
    if (value === null) return otherwise;
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) throw new WrongUsage(`--${name} ${value}: expected ${allowed.join(', ')}.`);
    return found;
  }

  number(name: string, [least, most]: readonly [number, number], otherwise: number): number {
    const value = this.text(name);
    if (value === null) return otherwise;
    const number = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) ? Number(value) : Number.NaN;
    if (!(number >= least && number <= most))
      throw new WrongUsage(`--${name} ${value}: expected a number ${range(least, most)}.`);
    return number;
  }

  /** Bytes, or with a unit: 4GB, 1.5 GiB, 800MB. */
  bytes(name: string): number | null {
    const value = this.text(name);
    if (value === null) return null;
    const match = /^(\d+\.?\d*|\.\d+)\s*(B|[KMG]i?B)?$/i.exec(value);
    const bytes = match ? Math.floor(Number(match[1]) * unitBytes[(match[2] ?? 'b').toLowerCase()]!) : 0;
    if (bytes >= 1 && Number.isSafeInteger(bytes)) return bytes;
    throw new WrongUsage(`--${name} ${value}: expected bytes, or a number with a unit such as 4GB or 800MB.`);
  }

  integer(name: string, [least, most]: readonly [number, number], otherwise: number): number {
    const number = this.number(name, [least, most], otherwise);
    if (!Number.isSafeInteger(number))
      throw new WrongUsage(`--${name} ${this.text(name)}: expected a whole number ${range(least, most)}.`);
    return number;
  }

  /** Flags that make no sense beside another. */
  refuse(names: readonly string[], reason: string): void {
    const given = names.filter((name) => this.given[name] !== undefined).map((name) => `--${name}`);
    if (given.length > 0) throw new WrongUsage(`${given.join(', ')} ${reason}.`);
  }

  /** Of a token or a class; whether the model has it, the session says. */
  id(name: string, what: 'token' | 'class' = 'token'): number | null {
    const value = this.text(name);
    return value === null ? null : toId(name, value, what);
  }

  ids(name: string): number[] | null {
    const value = this.text(name);
    if (value === null) return null;
    return value.split(',').map((part) => toId(name, part.trim()));
  }
}

export function readArguments(words: readonly string[], options: Options): Values {
  try {
    const { values } = parseArgs({
      args: joinValues(words, options),
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      strict: true,
      allowPositionals: false,
    });
    return new Values(values);
  } catch (error) {
    // parseArgs explains well, in its first line.
    throw new WrongUsage(error instanceof Error ? error.message.split('\n')[0]! : String(error), { cause: error });
  }
}

/** `--prompt -5` becomes `--prompt=-5`: a value may begin with a dash, as texts do; with two it is the next flag. */
function joinValues(words: readonly string[], options: Options): string[] {
  const joined: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    const next = words[index + 1];
    const takesValue = word.startsWith('--') && options[word.slice(2)]?.type === 'string';
    if (takesValue && (next === undefined || next.startsWith('--'))) throw new WrongUsage(`${word} needs a value.`);
    joined.push(takesValue ? `${word}=${next}` : word);
    if (takesValue) index++;
  }
  return joined;
}

function toId(name: string, text: string, what: 'token' | 'class' = 'token'): number {
  const id = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(id)) throw new WrongUsage(`--${name}: '${text}' is not a ${what} id (a whole number).`);
  return id;
}

function range(least: number, most: number): string {
  if (most === Infinity || most === Number.MAX_SAFE_INTEGER) return `from ${least}`;
  return `from ${least} to ${most}`;
}
