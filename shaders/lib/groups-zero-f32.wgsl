// W = s · (q − z), a group's s and z as two f32.
@group(1) @binding(1) var<storage, read> weight_groups: array<vec2f>;
struct Group { s: f32, z: f32 }
fn group_at(index: u32) -> Group {
  let entry = weight_groups[index];
  return Group(entry.x, entry.y);
}
fn decoded(q: Codes, g: Group) -> Octet { return Octet(vec4f(q.low) - g.z, vec4f(q.high) - g.z, g.s); }
