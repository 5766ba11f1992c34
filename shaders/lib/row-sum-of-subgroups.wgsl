enable subgroups;
// The same as row-sum-alone.wgsl, by shuffles as far as SHUFFLED neighbouring lanes share a subgroup. WebGPU does not promise
// that lanes lie in a subgroup in their order, so what comes of it is checked where it is measured (tune.ts).
override SHUFFLED: u32;
var<workgroup> row_parts: array<vec4f, 64>;
fn sum_of_row_lanes(own_part: vec4f, lane: u32) -> vec4f {
  var sum = own_part;
  for (var step = SHUFFLED / 2u; step > 0u; step >>= 1u) { sum += subgroupShuffleXor(sum, step); }
  if (SHUFFLED == ROW_LANES) { return sum; }
  let own = lane % ROW_LANES;
  row_parts[lane] = sum;
  for (var half = ROW_LANES / 2u; half >= SHUFFLED; half >>= 1u) {
    workgroupBarrier();
    if (own < half) { row_parts[lane] += row_parts[lane + half]; }
  }
  workgroupBarrier();
  return row_parts[lane - own];
}
