// W = s · q + c, a group's s and c as two f32. s may be negative.
override GROUP_OCTETS: u32;
@group(1) @binding(1) var<storage, read> weight_groups: array<vec2f>;
fn octet(at: u32) -> Octet {
  let q = codes(at);
  let entry = weight_groups[at / GROUP_OCTETS];
  return Octet(entry.x * vec4f(q.low) + entry.y, entry.x * vec4f(q.high) + entry.y, 1.0);
}
