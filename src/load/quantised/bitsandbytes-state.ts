// The JSON that bitsandbytes stores beside every 4-bit layer.
import { ConfigFields } from '../../models/config-fields.ts';
import { parseJsonObject } from '../json.ts';
import { readWhole, type StoredTensor } from '../stored-tensor.ts';
import { damaged } from './module.ts';

export interface FourBitState {
  /** Elements of the flattened matrix that share a maximum. */
  readonly blockSize: number;
  readonly shape: readonly number[];
  /** Of double quantisation: maxima that share a maximum of their own, and what is added to them. */
  readonly nested: { readonly blockSize: number; readonly offset: number } | null;
}

/** `nested`: whether the maxima are stored as codes. */
export async function readState(
  tensor: StoredTensor,
  kind: string,
  nested: boolean,
  signal?: AbortSignal,
): Promise<FourBitState> {
  if (tensor.dtype !== 'U8') damaged(tensor, `is ${tensor.dtype}, where U8 (a JSON text) is expected`);
  const where = `Tensor "${tensor.name}" in ${tensor.file.name}`;
  const fields = new ConfigFields(parseJsonObject(await readWhole(tensor, signal), where), '', where);
  fields.word('quant_type', [kind], kind);
  const blockSize = fields.size('blocksize', 64);
  // The library's own sizes; a smaller block would end inside the eight columns that a kernel reads at once.
  if (Math.log2(blockSize) % 1 !== 0 || blockSize < 32 || blockSize > 4096)
    fields.refuse('blocksize', 'powers of two from 32 to 4096');
  const shape: unknown = fields.value('shape');
  const isShape = Array.isArray(shape) && shape.length === 2 && shape.every((size) => Number.isSafeInteger(size));
  if (!isShape) fields.reject('shape', 'rows and columns');
  if (!nested) return { blockSize, shape: shape as number[], nested: null };
  const offset = fields.value('nested_offset');
  if (typeof offset !== 'number' || !Number.isFinite(offset)) return fields.reject('nested_offset', 'a finite number');
  fields.word('nested_dtype', ['float32'], 'float32');
  return { blockSize, shape: shape as number[], nested: { blockSize: fields.size('nested_blocksize', 256), offset } };
}
