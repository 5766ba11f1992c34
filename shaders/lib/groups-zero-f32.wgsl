// W = s · (q − z), a group's s and z as two f32.
override GROUP_OCTETS: u32;
@group(1) @binding(1) var<storage, read> weight_groups: array<vec2f>;
fn octet(at: u32) -> Octet {
  let q = codes(at);
  let entry = weight_groups[at / GROUP_OCTETS];
  return Octet(vec4f(q.low) - entry.y, vec4f(q.high) - entry.y, entry.x);
}
