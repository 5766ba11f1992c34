// Weights stored as bf16: the upper half of an f32, two in a word, low half first.
struct Octet { low: vec4f, high: vec4f, scale: f32 }
@group(1) @binding(0) var<storage, read> weight_words: array<vec4u>;
fn octet(at: u32) -> Octet {
  let words = weight_words[at];
  let even = words << vec4u(16u);
  let odd = words & vec4u(0xffff0000u);
  return Octet(
    bitcast<vec4f>(vec4u(even.x, odd.x, even.y, odd.y)),
    bitcast<vec4f>(vec4u(even.z, odd.z, even.w, odd.w)),
    1.0,
  );
}
