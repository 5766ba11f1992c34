// Reads flags strictly: what is unknown, missing or malformed ends the process with one line and exit code 2; --help is
// answered first. A flag is a record: what it is where it is not given, and what its text has to be.
import { parseArgs } from 'node:util';

/** A whole number from 1. `otherwise` may be null: left open. */
export const count = (otherwise, most = Infinity) => ({
  otherwise,
  read: (text) => (/^[1-9]\d*$/.test(text) && Number(text) <= most ? Number(text) : undefined),
  expected: most === Infinity ? 'a whole number from 1' : `a whole number from 1 to ${most}`,
});

export const oneOf = (names, otherwise = names[0]) => ({
  otherwise,
  read: (text) => names.find((name) => name === text),
  expected: names.join(', '),
});

/** Names, separated by commas; all of them where none is given. */
export const someOf = (names) => ({
  otherwise: names,
  read: (text) => (text.split(',').every((name) => names.includes(name)) ? text.split(',') : undefined),
  expected: `some of ${names.join(',')}`,
});

/** Checked by whatever it is handed on to. */
export const text = (otherwise) => ({ otherwise, read: (given) => given, expected: 'a word' });

/** Given or not. */
export const yes = null;

/** @returns what each flag is, read. */
export function readFlags(usage, flags) {
  const options = Object.fromEntries(
    Object.entries({ ...flags, help: yes }).map(([name, flag]) => [name, { type: flag ? 'string' : 'boolean' }]),
  );
  const given = parse(options);
  if (given.help) {
    console.log(usage);
    process.exit(0);
  }
  return Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, valueOf(name, flag, given[name])]));
}

function parse(options) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    // It explains well, in its first line.
    return fail(error.message.split('\n')[0]);
  }
}

function valueOf(name, flag, given) {
  if (flag === yes) return given === true;
  if (given === undefined) return flag.otherwise;
  const value = flag.read(given);
  return value === undefined ? fail(`--${name} ${given}: expected ${flag.expected}.`) : value;
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}
