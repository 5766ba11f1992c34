// W = s · (q − z): s in the low half of a group's word as f16, z in the high half as an integer.
// Rows are padded to whole groups, so that the place of an octet tells its group.
override GROUP_OCTETS: u32;
@group(1) @binding(1) var<storage, read> weight_groups: array<u32>;
fn octet(at: u32) -> Octet {
  let q = codes(at);
  let entry = weight_groups[at / GROUP_OCTETS];
  let zero = vec4f(f32(entry >> 16u));
  return Octet(vec4f(q.low) - zero, vec4f(q.high) - zero, unpack2x16float(entry).x);
}
