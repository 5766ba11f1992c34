// W = s · table[q] as in groups-table-f32.wgsl, where rows are no whole octets: a block may then end within an octet, and
// rows are padded, which blocks do not count.
override ROW_OCTETS: u32;
override COLUMNS: u32;
override BLOCK: u32;
@group(1) @binding(1) var<storage, read> weight_groups: array<f32>;
fn table_values(q: vec4u) -> vec4f {
  return vec4f(weight_groups[q.x], weight_groups[q.y], weight_groups[q.z], weight_groups[q.w]);
}
fn octet(at: u32) -> Octet {
  let q = codes(at);
  let first = (at / ROW_OCTETS) * COLUMNS + (at % ROW_OCTETS) * 8u;
  let block = first / BLOCK;
  let s = vec4f(weight_groups[16u + block]);
  // Past the last block of the matrix the index is clamped, and only padding is scaled by what is read there.
  let next = vec4f(weight_groups[min(17u + block, arrayLength(&weight_groups) - 1u)]);
  let end = vec4u((block + 1u) * BLOCK - first);
  return Octet(
    table_values(q.low) * select(next, s, vec4u(0u, 1u, 2u, 3u) < end),
    table_values(q.high) * select(next, s, vec4u(4u, 5u, 6u, 7u) < end),
    1.0,
  );
}
