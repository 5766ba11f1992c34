// Weights stored as f32: an octet (eight neighbouring columns of one row) is two vec4.
// Every lib/weight-*.wgsl offers the same `octet`; nothing else in the project knows a storage format.
struct Octet { low: vec4f, high: vec4f, scale: f32 }
@group(1) @binding(0) var<storage, read> weight_words: array<vec4f>;
fn octet(at: u32) -> Octet {
  return Octet(weight_words[2u * at], weight_words[2u * at + 1u], 1.0);
}
