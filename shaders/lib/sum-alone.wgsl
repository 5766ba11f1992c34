// Sum over a workgroup of SUM_LANES, the same on every lane. Call from uniform control flow.
const SUM_LANES = 64u;
var<workgroup> sum_parts: array<f32, SUM_LANES>;
fn workgroup_sum(value: f32, lane: u32) -> f32 {
  workgroupBarrier();
  sum_parts[lane] = value;
  workgroupBarrier();
  for (var half = SUM_LANES / 2u; half > 0u; half >>= 1u) {
    if (lane < half) { sum_parts[lane] += sum_parts[lane + half]; }
    workgroupBarrier();
  }
  return sum_parts[0];
}
