// Codes of 4 bits, lowest first: a word is an octet. What they stand for, a group's entry says (lib/groups-*.wgsl).
struct Octet { low: vec4f, high: vec4f, scale: f32 }
struct Codes { low: vec4u, high: vec4u }
@group(1) @binding(0) var<storage, read> weight_words: array<vec4u>;
fn codes_of(word: u32) -> Codes {
  return Codes(
    (vec4u(word) >> vec4u(0u, 4u, 8u, 12u)) & vec4u(15u),
    (vec4u(word) >> vec4u(16u, 20u, 24u, 28u)) & vec4u(15u),
  );
}
fn codes(at: u32) -> Codes { return codes_of(weight_words[at / 4u][at % 4u]); }
