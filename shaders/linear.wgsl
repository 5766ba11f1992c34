// y = x · Wᵀ + b + r, with W [out, in] in octets (lib/weight-*.wgsl); r is the residual stream where a layer writes to it.
// Relevance (AttnLRP Eq. 8, ε → 0): g_x = g_y · W. It needs no activation, and reads the same stored words.
// In `relevance`, x is g_y and y is g_x.
//
// A Weight may lie in row shards, one run each: forward writes the shard's columns of y (y_offset), relevance reads the
// shard's columns of g_y (x_offset) and accumulates. It begins at a row of the shard (first_row) where nothing comes back
// through those before it.
//
// Matrix kernels: a workgroup takes two blocks of tokens, a lane 4 columns of y (forward) or the 8 of an octet
// (relevance), the sums in registers. What all lanes need of x comes from lib/lanes-*.wgsl, 0 past the end of a row: what a
// quantised weight is padded with need not be 0. Rows and tokens past the end are clamped, and not stored.
struct Params {
  rows: u32, inner: u32, outer: u32, octets: u32,
  x_offset: u32, x_stride: u32, y_offset: u32, y_stride: u32,
  has_bias: u32, has_residual: u32, accumulate: u32, first_row: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<storage, read> residual: array<f32>;

override LANES: u32;
override WHOLE_QUADS: u32; // 1 where rows of W are whole quads

fn row_start(token: u32) -> u32 { return min(token, params.rows - 1u) * params.x_stride + params.x_offset; }

fn store(row: u32, column: u32, value: f32) {
  if (row >= params.rows || column >= params.outer) { return; }
  let at = row * params.y_stride + params.y_offset + column;
  var sum = value;
  if (params.has_bias == 1u) { sum += bias[params.y_offset + column]; }
  if (params.has_residual == 1u) { sum += residual[at]; }
  if (params.accumulate == 1u) { sum += y[at]; }
  y[at] = sum;
}

fn octet_row(row: u32) -> u32 { return min(row, params.outer - 1u) * params.octets; }
fn product(w: Octet, e: Columns) -> f32 { return w.scale * (dot(w.low, e.low) + dot(w.high, e.high)); }

// Where four rows of W begin that neighbouring lanes interleave.
fn four_rows(row: u32) -> vec4u {
  return vec4u(octet_row(row), octet_row(row + LANES), octet_row(row + 2u * LANES), octet_row(row + 3u * LANES));
}

// inner = columns of W, outer = rows of the shard. Neighbouring lanes own neighbouring columns of y, four each.
@compute @workgroup_size(LANES)
fn forward(@builtin(workgroup_id) id: vec3u, lane: Lane) {
  let token = id.y * 2u * TOKENS;
  let column = id.x * LANES * 4u + lane.index;
  let rows = four_rows(column);
  let octets = (params.inner + 7u) / 8u;
  let block = block_at(token, lane);
  let next_block = block_at(token + TOKENS, lane);
  var sums: array<vec4f, TOKENS>;
  var next_sums: array<vec4f, TOKENS>;
  for (var first = 0u; first < octets; first += 4u) {
    var a = quad(rows.x + first);
    var b = quad(rows.y + first);
    var c = quad(rows.z + first);
    var d = quad(rows.w + first);
    for (var at = first; at < min(first + 4u, octets); at++) {
      let w = FourRows(
        columns(next_octet(&a)), columns(next_octet(&b)), columns(next_octet(&c)), columns(next_octet(&d)));
      add_products(&sums, w, fours(block, 8u * at), fours(block, 8u * at + 4u));
      add_products(&next_sums, w, fours(next_block, 8u * at), fours(next_block, 8u * at + 4u));
    }
  }
  // Stored by a loop that no driver unrolls, from a copy that it may index.
  var found = array(sums, next_sums);
  for (var i = 0u; i < 4u * min(2u * TOKENS, params.rows - token); i++) {
    let t = i / 4u;
    store(token + t, column + i % 4u * LANES, found[t / TOKENS][t % TOKENS][i % 4u]);
  }
}

fn columns_of_row(n: u32, column: u32) -> Columns {
  return columns(octet((params.first_row + min(n, params.inner - 1u)) * params.octets + column));
}

// inner = rows of the shard from first_row on, outer = columns of W. A lane owns the eight columns of an octet.
@compute @workgroup_size(LANES)
fn relevance(@builtin(workgroup_id) id: vec3u, lane: Lane) {
  let token = id.y * 2u * TOKENS;
  let own = id.x * LANES + lane.index;
  let column = min(own, params.octets - 1u);
  let block = block_at(token, lane);
  let next_block = block_at(token + TOKENS, lane);
  var sums: array<Columns, TOKENS>;
  var next_sums: array<Columns, TOKENS>;
  for (var n = 0u; n < params.inner; n += 4u) {
    let w = FourRows(
      columns_of_row(n, column), columns_of_row(n + 1u, column),
      columns_of_row(n + 2u, column), columns_of_row(n + 3u, column),
    );
    add_columns(&sums, w, fours(block, n));
    add_columns(&next_sums, w, fours(next_block, n));
  }
  var found = array(sums, next_sums);
  for (var i = 0u; i < 8u * min(2u * TOKENS, params.rows - token); i++) {
    let t = i / 8u;
    let sum = found[t / TOKENS][t % TOKENS];
    store(token + t, own * 8u + i % 8u, select(sum.low, sum.high, i % 8u >= 4u)[i % 4u]);
  }
}

// y = silu(gate) · up (swiglu.wgsl) of one row, where gate and up lie on top of each other in W, params.outer rows each.
fn store_gated(column: u32, gate: f32, up: f32) { store(0u, column, gate / (1.0 + exp(-gate)) * up); }

// One row of x (decoding) where a lane may walk its own rows of W, four of them.
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
fn forward_one_row_by_lane(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, lane: Lane) {
  let column = (id.x + id.y * grid.x) * LANES * 4u + lane.index;
  let sum = dots_by_lane(four_rows(column), lane);
  for (var i = 0u; i < 4u; i++) { store(0u, column + i * LANES, sum[i]); }
}

@compute @workgroup_size(LANES)
fn gated_row_by_lane(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, lane: Lane) {
  let column = (id.x + id.y * grid.x) * LANES * 2u + lane.index;
  let gate = vec2u(octet_row(column), octet_row(column + LANES));
  let sum = dots_by_lane(vec4u(gate, gate + params.outer * params.octets), lane);
  store_gated(column, sum.x, sum.z);
  store_gated(column + LANES, sum.y, sum.w);
}

// One row of x (decoding) where neighbouring lanes should read neighbouring words: ROW_LANES lanes walk the octets of four
// rows of W together, then add up; several such groups side by side.
override ROW_LANES: u32;
var<workgroup> parts: array<vec4f, 64>;
fn four_dots(rows: vec4u, at: u32) -> vec4f {
  let e = Columns(four_at(0u, at * 8u), four_at(0u, at * 8u + 4u));
  return vec4f(
    product(octet(rows.x + at), e), product(octet(rows.y + at), e),
    product(octet(rows.z + at), e), product(octet(rows.w + at), e),
  );
}

// Leaves the sums of the group in its first lane's part.
fn dots_by_group(rows: vec4u, lane: u32) {
  let own = lane % ROW_LANES;
  let whole = params.inner / 8u;
  var sum = vec4f();
  for (var at = own; at < whole; at += ROW_LANES) { sum += four_dots(rows, at); }
  if (params.inner % 8u > 0u && own == 0u) { sum += four_dots(rows, whole); }
  parts[lane] = sum;
  for (var half = ROW_LANES / 2u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (own < half) { parts[lane] += parts[lane + half]; }
  }
  workgroupBarrier();
}

@compute @workgroup_size(64)
fn forward_one_row(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let own = lane % ROW_LANES;
  let row = ((id.x + id.y * grid.x) * 64u + lane) / ROW_LANES * 4u;
  dots_by_group(vec4u(octet_row(row), octet_row(row + 1u), octet_row(row + 2u), octet_row(row + 3u)), lane);
  if (own < 4u) { store(0u, row + own, parts[lane - own][own]); }
}

@compute @workgroup_size(64)
fn gated_row(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let own = lane % ROW_LANES;
  let row = ((id.x + id.y * grid.x) * 64u + lane) / ROW_LANES * 2u;
  let gate = vec2u(octet_row(row), octet_row(row + 1u));
  dots_by_group(vec4u(gate, gate + params.outer * params.octets), lane);
  if (own < 2u) { store_gated(row + own, parts[lane - own][own], parts[lane - own][own + 2u]); }
}
