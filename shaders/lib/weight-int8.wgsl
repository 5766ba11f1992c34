// Codes of 8 bits, lowest first: two words are an octet. What they stand for, a group's entry says (lib/groups-*.wgsl).
struct Octet { low: vec4f, high: vec4f, scale: f32 }
struct Codes { low: vec4u, high: vec4u }
@group(1) @binding(0) var<storage, read> weight_words: array<vec2u>;
fn codes(at: u32) -> Codes {
  let words = weight_words[at];
  let shifts = vec4u(0u, 8u, 16u, 24u);
  return Codes((vec4u(words.x) >> shifts) & vec4u(255u), (vec4u(words.y) >> shifts) & vec4u(255u));
}
