// Weights stored as f16, two in a word, low half first. unpack2x16float needs no device feature.
struct Octet { low: vec4f, high: vec4f, scale: f32 }
@group(1) @binding(0) var<storage, read> weight_words: array<vec4u>;
fn octet(at: u32) -> Octet {
  let words = weight_words[at];
  return Octet(
    vec4f(unpack2x16float(words.x), unpack2x16float(words.y)),
    vec4f(unpack2x16float(words.z), unpack2x16float(words.w)),
    1.0,
  );
}
