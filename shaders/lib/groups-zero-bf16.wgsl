// W = s · (q − z): s in the low half of a group's word as bf16, z in the high half as an integer.
@group(1) @binding(1) var<storage, read> weight_groups: array<u32>;
struct Group { s: f32, z: f32 }
fn group_at(index: u32) -> Group {
  let entry = weight_groups[index];
  return Group(bitcast<f32>(entry << 16u), f32(entry >> 16u));
}
fn decoded(q: Codes, g: Group) -> Octet { return Octet(vec4f(q.low) - g.z, vec4f(q.high) - g.z, g.s); }
