// What is written beside a model's files: the manifest of a complete model, the journal of an unfinished download. Both
// are read back with distrust: a page may be closed, and another version may have written them.
import type { HubAddress } from './address.ts';
import { isChecksum, type Checksum } from './checksum.ts';
import type { Range } from './ranges.ts';

export interface StoredFile {
  readonly name: string;
  readonly size: number;
  readonly checksum: Checksum | null;
  /** Made on this device out of downloaded files. */
  readonly derived: boolean;
}

/** Written last: a model without manifest does not exist. */
export interface Manifest {
  readonly address: HubAddress;
  readonly commit: string;
  /** Milliseconds since 1970. */
  readonly storedAt: number;
  readonly files: readonly StoredFile[];
}

export interface JournalFile {
  readonly name: string;
  readonly size: number;
  readonly checksum: Checksum | null;
  /** Of the server's answers; null before the first. */
  readonly etag: string | null;
  /** On the disk. */
  readonly done: readonly Range[];
  readonly verified: boolean;
}

export interface Journal {
  readonly address: HubAddress;
  readonly commit: string;
  readonly files: readonly JournalFile[];
}

export const manifestName = '_manifest.json';
export const journalName = '_download.json';
const version = 1;

export const writeRecord = (record: Manifest | Journal): string => JSON.stringify({ version, ...record });

export function readManifest(text: string | null): Manifest | null {
  const record = recordOf(text);
  return record && isAddressed(record) && isNumber(record['storedAt']) && isListOf(record['files'], isStoredFile)
    ? (record as unknown as Manifest)
    : null;
}

export function readJournal(text: string | null): Journal | null {
  const record = recordOf(text);
  return record && isAddressed(record) && isListOf(record['files'], isJournalFile)
    ? (record as unknown as Journal)
    : null;
}

type Fields = Readonly<Record<string, unknown>>;

function recordOf(text: string | null): Fields | null {
  try {
    const record = fieldsOf(JSON.parse(text ?? 'null'));
    return record?.['version'] === version ? record : null;
  } catch {
    return null;
  }
}

const fieldsOf = (value: unknown): Fields | null =>
  typeof value === 'object' && value !== null ? (value as Fields) : null;
const isNumber = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isListOf = (value: unknown, isOne: (value: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(isOne);

function isAddressed(record: Fields): boolean {
  const address = fieldsOf(record['address']);
  return (
    isText(record['commit']) && isText(address?.['endpoint']) && isText(address['id']) && isText(address['revision'])
  );
}

function isFile(file: Fields | null): file is Fields {
  const checksum = file?.['checksum'];
  return isText(file?.['name']) && isNumber(file['size']) && (checksum === null || isChecksum(checksum));
}

function isStoredFile(value: unknown): boolean {
  const file = fieldsOf(value);
  return isFile(file) && typeof file['derived'] === 'boolean';
}

function isJournalFile(value: unknown): boolean {
  const file = fieldsOf(value);
  if (!isFile(file) || typeof file['verified'] !== 'boolean') return false;
  const isEtag = file['etag'] === null || typeof file['etag'] === 'string';
  return isEtag && isListOf(file['done'], isRange);
}

function isRange(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && isListOf(value, isNumber) && value[0] < value[1];
}
