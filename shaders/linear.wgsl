// y = x · Wᵀ + b, with W [out, in] in octets (lib/weight-*.wgsl).
// Relevance (AttnLRP Eq. 8, ε → 0): g_x = g_y · W. It needs no activation, and reads the same stored words.
// In `relevance`, x is g_y and y is g_x.
//
// A Weight may lie in row shards, one run each: forward writes the shard's columns of y (y_offset), relevance reads the
// shard's columns of g_y (x_offset) and accumulates.
//
// Matrix kernels: a workgroup takes 4 tokens, a lane 4 columns of y (forward) or the 8 of an octet (relevance), the sums
// in registers. What all lanes need of x comes eight numbers at a time (lib/eight-*.wgsl), 0 past the end of a row: what
// a quantised weight is padded with need not be 0. Rows and tokens past the end are clamped, and not stored.
struct Params {
  rows: u32, inner: u32, outer: u32, octets: u32,
  x_offset: u32, x_stride: u32, y_offset: u32, y_stride: u32,
  has_bias: u32, accumulate: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

override LANES: u32;
const TOKENS = 4u;

fn row_start(token: u32) -> u32 { return min(token, params.rows - 1u) * params.x_stride + params.x_offset; }

fn store(row: u32, column: u32, value: f32) {
  if (row >= params.rows || column >= params.outer) { return; }
  let at = row * params.y_stride + params.y_offset + column;
  var sum = value;
  if (params.has_bias == 1u) { sum += bias[params.y_offset + column]; }
  if (params.accumulate == 1u) { sum += y[at]; }
  y[at] = sum;
}

fn octet_row(row: u32) -> u32 { return min(row, params.outer - 1u) * params.octets; }
fn product(w: Octet, e: Eight) -> f32 { return w.scale * (dot(w.low, e.low) + dot(w.high, e.high)); }

// Where four rows of W begin that neighbouring lanes interleave.
fn four_rows(row: u32) -> vec4u {
  return vec4u(octet_row(row), octet_row(row + LANES), octet_row(row + 2u * LANES), octet_row(row + 3u * LANES));
}

// inner = columns of W, outer = rows of the shard. Neighbouring lanes own neighbouring columns of y, four each.
@compute @workgroup_size(LANES)
fn forward(@builtin(workgroup_id) id: vec3u, lane: Lane) {
  let token = id.y * TOKENS;
  let column = id.x * LANES * 4u + lane.index;
  let rows = four_rows(column);
  var sums: array<vec4f, TOKENS>;
  for (var k = 0u; k < params.inner; k += 8u) {
    let at = rows + k / 8u;
    let a = octet(at.x);
    let b = octet(at.y);
    let c = octet(at.z);
    let d = octet(at.w);
    for (var t = 0u; t < TOKENS; t++) {
      let e = eight(row_start(token + t), k, lane);
      sums[t] += vec4f(product(a, e), product(b, e), product(c, e), product(d, e));
    }
  }
  for (var t = 0u; t < TOKENS; t++) {
    for (var i = 0u; i < 4u; i++) { store(token + t, column + i * LANES, sums[t][i]); }
  }
}

struct Columns { low: vec4f, high: vec4f }
fn octet_of(n: u32, column: u32) -> Columns {
  let w = octet(min(n, params.inner - 1u) * params.octets + column);
  return Columns(w.scale * w.low, w.scale * w.high);
}

// inner = rows of the shard, outer = columns of W. A lane owns the eight columns of an octet.
@compute @workgroup_size(LANES)
fn relevance(@builtin(workgroup_id) id: vec3u, lane: Lane) {
  let token = id.y * TOKENS;
  let own = id.x * LANES + lane.index;
  let column = min(own, params.octets - 1u);
  var low: array<vec4f, TOKENS>;
  var high: array<vec4f, TOKENS>;
  for (var n = 0u; n < params.inner; n += 8u) {
    let a = octet_of(n, column);
    let b = octet_of(n + 1u, column);
    let c = octet_of(n + 2u, column);
    let d = octet_of(n + 3u, column);
    let f = octet_of(n + 4u, column);
    let g = octet_of(n + 5u, column);
    let h = octet_of(n + 6u, column);
    let i = octet_of(n + 7u, column);
    for (var t = 0u; t < TOKENS; t++) {
      let e = eight(row_start(token + t), n, lane);
      low[t] += e.low.x * a.low + e.low.y * b.low + e.low.z * c.low + e.low.w * d.low
        + e.high.x * f.low + e.high.y * g.low + e.high.z * h.low + e.high.w * i.low;
      high[t] += e.low.x * a.high + e.low.y * b.high + e.low.z * c.high + e.low.w * d.high
        + e.high.x * f.high + e.high.y * g.high + e.high.z * h.high + e.high.w * i.high;
    }
  }
  for (var t = 0u; t < TOKENS; t++) {
    for (var i = 0u; i < 4u; i++) {
      store(token + t, own * 8u + i, low[t][i]);
      store(token + t, own * 8u + 4u + i, high[t][i]);
    }
  }
}

// One row of x (decoding) where a lane may walk its own rows of W, four of them.
@compute @workgroup_size(LANES)
fn forward_one_row_by_lane(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, lane: Lane) {
  let column = (id.x + id.y * grid.x) * LANES * 4u + lane.index;
  let rows = four_rows(column);
  var sum = vec4f();
  for (var k = 0u; k < params.inner; k += 8u) {
    let at = rows + k / 8u;
    let e = eight(0u, k, lane);
    sum += vec4f(product(octet(at.x), e), product(octet(at.y), e), product(octet(at.z), e), product(octet(at.w), e));
  }
  for (var i = 0u; i < 4u; i++) { store(0u, column + i * LANES, sum[i]); }
}

// One row of x (decoding) where neighbouring lanes should read neighbouring words: 8 lanes walk the octets of four rows
// of W together, then add up; 8 such groups side by side.
var<workgroup> parts: array<vec4f, 64>;
fn octet_dot(row: u32, at: u32, low: vec4f, high: vec4f) -> f32 {
  let w = octet(min(row, params.outer - 1u) * params.octets + at);
  return w.scale * (dot(w.low, low) + dot(w.high, high));
}

fn four_dots(row: u32, at: u32, low: vec4f, high: vec4f) -> vec4f {
  return vec4f(
    octet_dot(row, at, low, high),
    octet_dot(row + 1u, at, low, high),
    octet_dot(row + 2u, at, low, high),
    octet_dot(row + 3u, at, low, high),
  );
}

fn four_columns(at: u32) -> vec4f { return vec4f(x[at], x[at + 1u], x[at + 2u], x[at + 3u]); }

// With 0 past the end of the row.
fn last_columns(at: u32) -> vec4f {
  let place = vec4u(at, at + 1u, at + 2u, at + 3u);
  let near = min(place, vec4u(params.inner - 1u));
  return select(vec4f(), vec4f(x[near.x], x[near.y], x[near.z], x[near.w]), place == near);
}

@compute @workgroup_size(64)
fn forward_one_row(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = (id.x + id.y * grid.x) * 32u + (lane / 8u) * 4u;
  let whole = params.inner / 8u;
  var sum = vec4f();
  for (var at = lane % 8u; at < whole; at += 8u) {
    sum += four_dots(row, at, four_columns(at * 8u), four_columns(at * 8u + 4u));
  }
  if (params.inner % 8u > 0u && lane % 8u == 0u) {
    sum += four_dots(row, whole, last_columns(whole * 8u), last_columns(whole * 8u + 4u));
  }
  parts[lane] = sum;
  workgroupBarrier();
  if (lane % 8u < 4u) {
    var total = 0.0;
    for (var i = 0u; i < 8u; i++) { total += parts[(lane / 8u) * 8u + i][lane % 4u]; }
    store(0u, row + lane % 8u, total);
  }
}
