// Reads and checks the header of a safetensors file: 8 bytes of length, JSON, then the tensors' bytes end to end.
// Nothing is allocated on the header's word before it has been checked against the file.
import { AppError } from '../errors.ts';
import type { Json, JsonObject } from '../models/model.ts';
import { foreignContent } from './foreign.ts';
import { parseJsonObject } from './json.ts';
import { repeatedKey } from './repeated-key.ts';
import type { SourceFile } from './source.ts';

/** Bits of one element. Which of them we compute with is decided elsewhere. */
// prettier-ignore
const bitsOf = {
  F64: 64, F32: 32, F16: 16, BF16: 16, C64: 64,
  I64: 64, I32: 32, I16: 16, I8: 8, U64: 64, U32: 32, U16: 16, U8: 8, BOOL: 8,
  F8_E4M3: 8, F8_E5M2: 8, F8_E8M0: 8, F8_E4M3FNUZ: 8, F8_E5M2FNUZ: 8, F6_E2M3: 6, F6_E3M2: 6, F4: 4,
} as const;

export type Dtype = keyof typeof bitsOf;

export interface HeaderTensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Bytes [start, end) of the file. */
  readonly start: number;
  readonly end: number;
}

export interface Header {
  /** In the order of their bytes. */
  readonly tensors: readonly HeaderTensor[];
  readonly metadata: { readonly [key: string]: string };
}

const longestHeader = 100_000_000;
/** Most headers fit into the first read, which saves a request over HTTP. */
const firstRead = 65_536;

export async function readHeader(file: SourceFile, signal?: AbortSignal): Promise<Header> {
  const beginning = await file.read(0, Math.min(file.size, firstRead), signal);
  const foreign = foreignContent(beginning);
  if (foreign !== null) throw new AppError('FormatError', `${file.name} ${foreign}.`);
  if (file.size < 8) {
    fail(file, `is cut off: it has ${file.size} bytes, but a safetensors file begins with 8 bytes of header length`);
  }
  const length = new DataView(beginning.buffer, beginning.byteOffset).getBigUint64(0, true);
  if (length > BigInt(longestHeader)) {
    fail(
      file,
      `is no safetensors file: its first 8 bytes name a header of ${length} bytes, at most 100 MB are allowed`,
    );
  }
  const dataStart = 8 + Number(length);
  if (dataStart > file.size) {
    fail(file, `is cut off: its header should end at byte ${dataStart}, but the file has ${file.size} bytes`);
  }
  const bytes =
    dataStart <= beginning.length ? beginning.subarray(8, dataStart) : await file.read(8, dataStart, signal);
  if (bytes[0] !== 0x7b) fail(file, 'is no safetensors file: its header does not begin with "{"');
  const header = parseJsonObject(bytes, `The header of ${file.name}`);
  const repeated = repeatedKey(new TextDecoder().decode(bytes));
  if (repeated !== null) fail(file, `names "${repeated}" twice in its header`);

  const { __metadata__: metadata, ...entries } = header;
  const tensors = Object.entries(entries).map(([name, entry]) => readEntry(file, name, entry, dataStart));
  tensors.sort((a, b) => a.start - b.start || a.end - b.end);
  checkCoverage(file, tensors, dataStart);
  return { tensors, metadata: readMetadata(file, metadata) };
}

function readEntry(file: SourceFile, name: string, entry: Json | undefined, dataStart: number): HeaderTensor {
  const where = `has a broken header: tensor "${name}"`;
  if (!isObject(entry)) fail(file, `${where} is not described by an object`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string' || !Object.hasOwn(bitsOf, dtype)) {
    fail(file, `${where} has dtype ${JSON.stringify(dtype)}; known are ${Object.keys(bitsOf).join(', ')}`);
  }
  if (!isListOfSizes(shape)) {
    fail(file, `${where} has shape ${JSON.stringify(shape)} instead of a list of whole numbers from 0 up`);
  }
  if (!isListOfSizes(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    fail(file, `${where} has data_offsets ${JSON.stringify(offsets)} instead of [begin, end] with begin ≤ end`);
  }
  const [begin, end] = offsets as [number, number];
  const needed = bytesOf(dtype as Dtype, shape);
  if (needed !== BigInt(end - begin)) {
    fail(
      file,
      `${where} is ${dtype} [${shape.join(', ')}] and needs ${needed} bytes, but its data_offsets span ${end - begin}`,
    );
  }
  return { name, dtype: dtype as Dtype, shape, start: dataStart + begin, end: dataStart + end };
}

/** In BigInt, because a hostile shape may multiply beyond 2^53. */
function bytesOf(dtype: Dtype, shape: readonly number[]): bigint | null {
  const bits = shape.reduce((product, size) => product * BigInt(size), BigInt(bitsOf[dtype]));
  return bits % 8n === 0n ? bits / 8n : null;
}

/** The format demands that tensors lie end to end and fill the file. */
function checkCoverage(file: SourceFile, tensors: readonly HeaderTensor[], dataStart: number): void {
  let reached = dataStart;
  for (const tensor of tensors) {
    if (tensor.start !== reached) {
      const problem = tensor.start < reached ? 'overlaps the tensor before it' : 'leaves a gap before it';
      fail(
        file,
        `has a broken header: tensor "${tensor.name}" begins at byte ${tensor.start - dataStart} of the data ` +
          `and ${problem}, which ends at ${reached - dataStart}`,
      );
    }
    reached = tensor.end;
  }
  if (reached > file.size) {
    fail(file, `is cut off: its tensors end at byte ${reached}, but the file has ${file.size} bytes`);
  }
  if (reached < file.size) {
    fail(file, `has ${file.size - reached} bytes after its last tensor, which no tensor of its header describes`);
  }
}

function readMetadata(file: SourceFile, metadata: Json | undefined): { readonly [key: string]: string } {
  if (metadata === undefined) return {};
  if (!isObject(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    fail(file, 'has a broken header: __metadata__ must map names to strings');
  }
  return metadata as { readonly [key: string]: string };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOfSizes(value: Json | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0);
}

function fail(file: SourceFile, problem: string): never {
  throw new AppError('FormatError', `${file.name} ${problem}. Copy or download the file again.`);
}
