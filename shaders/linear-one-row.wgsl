// y = x · Wᵀ + b + r (linear.wgsl) of one row of x (decoding), where neighbouring lanes should read neighbouring words:
// ROW_LANES lanes walk the octets of four rows of W together, then add up (lib/row-sum-*.wgsl); several such groups side by
// side. How many lanes, and which way to add, is measured when a model is loaded.
override ROW_LANES: u32;

fn four_dots(rows: vec4u, at: u32) -> vec4f {
  let e = Columns(four_at(0u, at * 8u), four_at(0u, at * 8u + 4u));
  return vec4f(
    product(octet(rows.x + at), e), product(octet(rows.y + at), e),
    product(octet(rows.z + at), e), product(octet(rows.w + at), e),
  );
}

fn dots_of_group(rows: vec4u, lane: u32) -> vec4f {
  let own = lane % ROW_LANES;
  let whole = params.inner / 8u;
  var sum = vec4f();
  for (var at = own; at < whole; at += ROW_LANES) { sum += four_dots(rows, at); }
  if (params.inner % 8u > 0u && own == 0u) { sum += four_dots(rows, whole); }
  return sum_of_row_lanes(sum, lane);
}

@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let own = lane % ROW_LANES;
  let row = ((id.x + id.y * grid.x) * 64u + lane) / ROW_LANES * 4u;
  let sum = dots_of_group(vec4u(octet_row(row), octet_row(row + 1u), octet_row(row + 2u), octet_row(row + 3u)), lane);
  if (own < 4u) { store(0u, row + own, sum[own]); }
}

@compute @workgroup_size(64)
fn gated(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let own = lane % ROW_LANES;
  let row = ((id.x + id.y * grid.x) * 64u + lane) / ROW_LANES * 2u;
  let gate = vec2u(octet_row(row), octet_row(row + 1u));
  let sum = dots_of_group(vec4u(gate, gate + params.outer * params.octets), lane);
  if (own < 2u) { store_gated(row + own, sum[own], sum[own + 2u]); }
}
