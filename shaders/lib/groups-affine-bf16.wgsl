// W = s · q + c: s in the low half of a group's word, c in the high half, both bf16. s may be negative.
@group(1) @binding(1) var<storage, read> weight_groups: array<u32>;
struct Group { s: f32, c: f32 }
fn group_at(index: u32) -> Group {
  let entry = weight_groups[index];
  return Group(bitcast<f32>(entry << 16u), bitcast<f32>(entry & 0xffff0000u));
}
fn decoded(q: Codes, g: Group) -> Octet { return Octet(g.s * vec4f(q.low) + g.c, g.s * vec4f(q.high) + g.c, 1.0); }
