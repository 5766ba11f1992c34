// y = x · Wᵀ + b, with W [out, in] in octets (lib/weight-*.wgsl).
// Relevance (AttnLRP Eq. 8, ε → 0): g_x = g_y · W. It needs no activation, and reads the same stored words.
// In `relevance`, x is g_y and y is g_x.
//
// Matrix kernels: a workgroup of 8 × 8 lanes makes a tile of 32 tokens × 64 columns; a lane 4 tokens × 8 columns.
// The shared dimension is walked in slabs of 32. Forward reduces over columns of W, relevance over its rows; they differ
// only in how octets are laid into the weight tile. A Weight may lie in row shards, one run each: forward writes the
// shard's columns of y (y_offset), relevance reads the shard's columns of g_y (x_offset) and accumulates.
struct Params {
  rows: u32, inner: u32, outer: u32, octets: u32,
  x_offset: u32, x_stride: u32, y_offset: u32, y_stride: u32,
  has_bias: u32, accumulate: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

const TOKENS = 32u;
const COLUMNS = 64u;
const SLAB = 32u;
// One vec4 more per line than is used, so that the lines of a tile do not all start in one memory bank.
const LINE = COLUMNS / 4u + 1u;
var<workgroup> left: array<vec4f, SLAB * TOKENS / 4u>;
var<workgroup> right: array<vec4f, SLAB * LINE>;

struct Tile { low: array<vec4f, 4>, high: array<vec4f, 4> }

// left[k] = x[token … token + 31, slab + k], four tokens in a vec4.
fn load_left(lane: u32, token: u32, slab: u32) {
  let k = lane % SLAB;
  for (var four = lane / SLAB; four < TOKENS / 4u; four += 64u / SLAB) {
    let t = token + four * 4u;
    var values = vec4f();
    if (slab + k < params.inner) {
      let at = t * params.x_stride + params.x_offset + slab + k;
      if (t < params.rows) { values.x = x[at]; }
      if (t + 1u < params.rows) { values.y = x[at + params.x_stride]; }
      if (t + 2u < params.rows) { values.z = x[at + 2u * params.x_stride]; }
      if (t + 3u < params.rows) { values.w = x[at + 3u * params.x_stride]; }
    }
    left[k * (TOKENS / 4u) + four] = values;
  }
}

fn octet_or_zero(inside: bool, row: u32, column: u32) -> Octet {
  if (inside && column < params.octets) {
    let w = octet(row * params.octets + column);
    return Octet(w.scale * w.low, w.scale * w.high, 1.0);
  }
  return Octet(vec4f(), vec4f(), 0.0);
}

fn multiply(tile: ptr<function, Tile>, lane: u32) {
  for (var k = 0u; k < SLAB; k++) {
    let four = left[k * (TOKENS / 4u) + lane / 8u];
    let low = right[k * LINE + lane % 8u];
    let high = right[k * LINE + 8u + lane % 8u];
    (*tile).low[0] += four.x * low;
    (*tile).low[1] += four.y * low;
    (*tile).low[2] += four.z * low;
    (*tile).low[3] += four.w * low;
    (*tile).high[0] += four.x * high;
    (*tile).high[1] += four.y * high;
    (*tile).high[2] += four.z * high;
    (*tile).high[3] += four.w * high;
  }
}

fn store(row: u32, column: u32, value: vec4f) {
  if (row >= params.rows) { return; }
  for (var i = 0u; i < 4u; i++) {
    if (column + i < params.outer) {
      let at = row * params.y_stride + params.y_offset + column + i;
      var sum = value[i];
      if (params.has_bias == 1u) { sum += bias[params.y_offset + column + i]; }
      if (params.accumulate == 1u) { sum += y[at]; }
      y[at] = sum;
    }
  }
}

fn store_tile(tile: ptr<function, Tile>, lane: u32, token: u32, column: u32) {
  for (var t = 0u; t < 4u; t++) {
    let row = token + (lane / 8u) * 4u + t;
    store(row, column + (lane % 8u) * 4u, (*tile).low[t]);
    store(row, column + 32u + (lane % 8u) * 4u, (*tile).high[t]);
  }
}

// inner = columns of W, outer = rows of the shard.
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let token = id.y * TOKENS;
  let column = id.x * COLUMNS;
  var tile: Tile;
  for (var slab = 0u; slab < params.inner; slab += SLAB) {
    load_left(lane, token, slab);
    // right[k, n] = W[column + n, slab + k]: a lane turns the octets of four rows, so that each store is a whole vec4.
    let four = lane % (COLUMNS / 4u);
    let k = (lane / (COLUMNS / 4u)) * 8u;
    let n = column + four * 4u;
    let a = octet_or_zero(n < params.outer, n, (slab + k) / 8u);
    let b = octet_or_zero(n + 1u < params.outer, n + 1u, (slab + k) / 8u);
    let c = octet_or_zero(n + 2u < params.outer, n + 2u, (slab + k) / 8u);
    let d = octet_or_zero(n + 3u < params.outer, n + 3u, (slab + k) / 8u);
    for (var i = 0u; i < 4u; i++) {
      right[(k + i) * LINE + four] = vec4f(a.low[i], b.low[i], c.low[i], d.low[i]);
      right[(k + 4u + i) * LINE + four] = vec4f(a.high[i], b.high[i], c.high[i], d.high[i]);
    }
    workgroupBarrier();
    multiply(&tile, lane);
    workgroupBarrier();
  }
  store_tile(&tile, lane, token, column);
}

// inner = rows of the shard, outer = columns of W.
@compute @workgroup_size(64)
fn relevance(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let token = id.y * TOKENS;
  let column = id.x * COLUMNS;
  var tile: Tile;
  for (var slab = 0u; slab < params.inner; slab += SLAB) {
    load_left(lane, token, slab);
    // right[k, c] = W[slab + k, column + c]: an octet is eight neighbouring columns as they are.
    for (var k = lane / 8u; k < SLAB; k += 8u) {
      let w = octet_or_zero(slab + k < params.inner, slab + k, column / 8u + lane % 8u);
      right[k * LINE + (lane % 8u) * 2u] = w.low;
      right[k * LINE + (lane % 8u) * 2u + 1u] = w.high;
    }
    workgroupBarrier();
    multiply(&tile, lane);
    workgroupBarrier();
  }
  store_tile(&tile, lane, token, column);
}

// One row of x (decoding): 64 lanes walk the octets of four rows of W together, then add up.
var<workgroup> lanes: array<vec4f, 64>;
fn octet_dot(row: u32, column: u32, low: vec4f, high: vec4f) -> f32 {
  let w = octet(min(row, params.outer - 1u) * params.octets + column);
  return w.scale * (dot(w.low, low) + dot(w.high, high));
}

fn x_four(at: u32) -> vec4f {
  if (at + 4u <= params.inner) { return vec4f(x[at], x[at + 1u], x[at + 2u], x[at + 3u]); }
  var four = vec4f();
  for (var i = 0u; i < 4u; i++) { if (at + i < params.inner) { four[i] = x[at + i]; } }
  return four;
}

@compute @workgroup_size(64)
fn forward_one_row(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = (id.x + id.y * grid.x) * 4u;
  if (row >= params.outer) { return; }
  var sum = vec4f();
  for (var column = lane; column < params.octets; column += 64u) {
    let low = x_four(column * 8u);
    let high = x_four(column * 8u + 4u);
    sum += vec4f(
      octet_dot(row, column, low, high),
      octet_dot(row + 1u, column, low, high),
      octet_dot(row + 2u, column, low, high),
      octet_dot(row + 3u, column, low, high),
    );
  }
  lanes[lane] = sum;
  workgroupBarrier();
  for (var half = 32u; half > 0u; half >>= 1u) {
    if (lane < half) { lanes[lane] += lanes[lane + half]; }
    workgroupBarrier();
  }
  if (lane == 0u) { store(0u, row, lanes[0]); }
}
