// Codes of 4 bits, lowest first: a word is an octet. What they stand for, a group's entry says (lib/groups-*.wgsl).
struct Octet { low: vec4f, high: vec4f, scale: f32 }
struct Codes { low: vec4u, high: vec4u }
@group(1) @binding(0) var<storage, read> weight_words: array<u32>;
fn codes(at: u32) -> Codes {
  let word = weight_words[at];
  return Codes(
    (vec4u(word) >> vec4u(0u, 4u, 8u, 12u)) & vec4u(15u),
    (vec4u(word) >> vec4u(16u, 20u, 24u, 28u)) & vec4u(15u),
  );
}
