// W = s · q + c: s in the low half of a group's word, c in the high half, both f16. s may be negative.
override GROUP_OCTETS: u32;
@group(1) @binding(1) var<storage, read> weight_groups: array<u32>;
fn octet(at: u32) -> Octet {
  let q = codes(at);
  let entry = unpack2x16float(weight_groups[at / GROUP_OCTETS]);
  return Octet(entry.x * vec4f(q.low) + entry.y, entry.x * vec4f(q.high) + entry.y, 1.0);
}
