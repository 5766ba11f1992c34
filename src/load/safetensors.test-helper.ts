// Test helper: safetensors files and sources built by hand.
import { memoryFile } from './memory-source.ts';
import type { SourceFile } from './source.ts';

export interface TestTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** 8 bytes of length, the header as given, the data. */
export function rawSafetensors(header: string, data: Uint8Array = new Uint8Array(0), length?: bigint): Uint8Array {
  const text = utf8(header);
  const file = new Uint8Array(8 + text.length + data.length);
  new DataView(file.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  file.set(text, 8);
  file.set(data, 8 + text.length);
  return file;
}

export function safetensors(tensors: { readonly [name: string]: TestTensor }): Uint8Array {
  // Without a prototype, so that a tensor may be called __proto__.
  const header: Record<string, object> = Object.create(null);
  const data: number[] = [];
  for (const [name, { dtype, shape, bytes }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [data.length, data.length + bytes.length] };
    data.push(...bytes);
  }
  return rawSafetensors(JSON.stringify(header), Uint8Array.from(data));
}

/** A float32 tensor of that shape, counting 0, 1, 2 … */
export function counting(...shape: number[]): TestTensor {
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, index) => index);
  return { dtype: 'F32', shape, bytes: new Uint8Array(values.buffer) };
}

export function testFile(bytes: Uint8Array): SourceFile {
  return memoryFile('model.safetensors', bytes);
}
