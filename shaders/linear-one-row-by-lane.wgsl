// y = x · Wᵀ + b + r (linear.wgsl) of one row of x (decoding), where a lane may walk rows of W of its own, four of them.
override WHOLE_QUADS: u32; // 1 where rows of W are whole quads, each one load

alias QuadOfRow = ptr<function, Quad>;
fn next_products(a: QuadOfRow, b: QuadOfRow, c: QuadOfRow, d: QuadOfRow, e: Columns) -> vec4f {
  return vec4f(
    product(next_octet(a), e), product(next_octet(b), e), product(next_octet(c), e), product(next_octet(d), e));
}

fn dots_by_lane(rows: vec4u, lane: Lane) -> vec4f {
  let octets = (params.inner + 7u) / 8u;
  var sum = vec4f();
  for (var first = 0u; first < octets; first += 4u) {
    var a = quad(rows.x + first);
    var b = quad(rows.y + first);
    var c = quad(rows.z + first);
    var d = quad(rows.w + first);
    let numbers = octets_of_row(0u, 8u * first, lane);
    if (WHOLE_QUADS == 1u) {
      // Written out: the words of a quad are then where they are used, and never move.
      sum += next_products(&a, &b, &c, &d, eight(numbers, 0u));
      sum += next_products(&a, &b, &c, &d, eight(numbers, 1u));
      sum += next_products(&a, &b, &c, &d, eight(numbers, 2u));
      sum += next_products(&a, &b, &c, &d, eight(numbers, 3u));
    } else {
      for (var i = 0u; i < min(4u, octets - first); i++) { sum += next_products(&a, &b, &c, &d, eight(numbers, i)); }
    }
  }
  return sum;
}

@compute @workgroup_size(LANES)
fn forward(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, lane: Lane) {
  let column = (id.x + id.y * grid.x) * LANES * 4u + lane.index;
  let sum = dots_by_lane(four_rows(column), lane);
  for (var i = 0u; i < 4u; i++) { store(0u, column + i * LANES, sum[i]); }
}

@compute @workgroup_size(LANES)
fn gated(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, lane: Lane) {
  let column = (id.x + id.y * grid.x) * LANES * 2u + lane.index;
  let gate = vec2u(octet_row(column), octet_row(column + LANES));
  let sum = dots_by_lane(vec4u(gate, gate + params.outer * params.octets), lane);
  store_gated(column, sum.x, sum.z);
  store_gated(column + LANES, sum.y, sum.w);
}
