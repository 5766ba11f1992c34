// The sum over each group of ROW_LANES neighbouring lanes of a workgroup of 64, on all of them. Call from uniform control
// flow, once.
var<workgroup> row_parts: array<vec4f, 64>;
fn sum_of_row_lanes(own_part: vec4f, lane: u32) -> vec4f {
  let own = lane % ROW_LANES;
  row_parts[lane] = own_part;
  for (var half = ROW_LANES / 2u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (own < half) { row_parts[lane] += row_parts[lane + half]; }
  }
  workgroupBarrier();
  return row_parts[lane - own];
}
