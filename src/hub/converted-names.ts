// Which files of a stored model are weights: the downloaded ones, and those that were converted from them on this device,
// each of a format that its name begins with.
import type { Manifest, StoredFile } from './records.ts';

export const isConverted = ({ name, derived }: StoredFile): boolean =>
  derived && /^[a-z0-9]+-.*\.safetensors$/.test(name);
export const isOriginal = ({ name, derived }: StoredFile): boolean => !derived && name.includes('.safetensors');

export const formatOfFile = (name: string): string => name.slice(0, name.indexOf('-'));

/** 'int4' … */
export const formatsOf = ({ files }: Pick<Manifest, 'files'>): string[] => [
  ...new Set(files.filter(isConverted).map(({ name }) => formatOfFile(name))),
];

export const hasOriginals = ({ files }: Pick<Manifest, 'files'>): boolean => files.some(isOriginal);
