// The part of the protobuf wire format that an ONNX file needs. A message is a list of fields, each a list of byte
// chunks that are joined once, at the very end: weights are never copied on the way.

/** Base-128, least significant group first; negative numbers take ten bytes, as int64 does. */
function varint(value) {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

const lengthOf = (chunks) => chunks.reduce((sum, { length }) => sum + length, 0);

export const integer = (field, value) => [varint(field << 3), varint(value)];

export const float = (field, value) => [varint((field << 3) | 5), new Uint8Array(Float32Array.of(value).buffer)];

export const bytes = (field, content) => [varint((field << 3) | 2), varint(content.length), content];

export const string = (field, text) => bytes(field, new TextEncoder().encode(text));

export function message(field, ...fields) {
  const chunks = fields.flat();
  return [varint((field << 3) | 2), varint(lengthOf(chunks)), ...chunks];
}

/** The outermost message has neither tag nor length. */
export function toBytes(...fields) {
  const chunks = fields.flat();
  const joined = new Uint8Array(lengthOf(chunks));
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.length;
  }
  return joined;
}
