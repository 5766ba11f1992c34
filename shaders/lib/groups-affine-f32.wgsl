// W = s · q + c, a group's s and c as two f32. s may be negative.
@group(1) @binding(1) var<storage, read> weight_groups: array<vec2f>;
struct Group { s: f32, c: f32 }
fn group_at(index: u32) -> Group {
  let entry = weight_groups[index];
  return Group(entry.x, entry.y);
}
fn decoded(q: Codes, g: Group) -> Octet { return Octet(g.s * vec4f(q.low) + g.c, g.s * vec4f(q.high) + g.c, 1.0); }
