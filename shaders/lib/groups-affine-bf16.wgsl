// W = s · q + c: s in the low half of a group's word, c in the high half, both bf16. s may be negative.
override GROUP_OCTETS: u32;
@group(1) @binding(1) var<storage, read> weight_groups: array<u32>;
fn octet(at: u32) -> Octet {
  let q = codes(at);
  let entry = weight_groups[at / GROUP_OCTETS];
  let s = bitcast<f32>(entry << 16u);
  let c = bitcast<f32>(entry & 0xffff0000u);
  return Octet(s * vec4f(q.low) + c, s * vec4f(q.high) + c, 1.0);
}
