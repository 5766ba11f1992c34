// Sum over a workgroup of 64 lanes, the same on every lane. Call from uniform control flow.
var<workgroup> reduce_lanes: array<f32, 64>;
fn workgroup_sum(value: f32, lane: u32) -> f32 {
  workgroupBarrier();
  reduce_lanes[lane] = value;
  workgroupBarrier();
  for (var half = 32u; half > 0u; half >>= 1u) {
    if (lane < half) { reduce_lanes[lane] += reduce_lanes[lane + half]; }
    workgroupBarrier();
  }
  return reduce_lanes[0];
}
