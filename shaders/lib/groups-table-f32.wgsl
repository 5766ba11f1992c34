// W = s · table[q] (nf4, fp4). The first 16 numbers are the table, then comes one scale for every block of the flattened
// matrix. Rows are whole octets and are not padded, so that the place of an octet tells its block.
override GROUP_OCTETS: u32;
@group(1) @binding(1) var<storage, read> weight_groups: array<f32>;
fn table_values(q: vec4u) -> vec4f {
  return vec4f(weight_groups[q.x], weight_groups[q.y], weight_groups[q.z], weight_groups[q.w]);
}
fn octet(at: u32) -> Octet {
  let q = codes(at);
  return Octet(table_values(q.low), table_values(q.high), weight_groups[16u + at / GROUP_OCTETS]);
}
