// y = x · Wᵀ + b, with W [out, in] in octets (lib/weight-*.wgsl).
// Relevance (AttnLRP Eq. 8, ε → 0): g_x = g_y · W. It needs no activation, and reads the same stored words.
// In `relevance`, x is g_y and y is g_x.
//
// A Weight may lie in row shards, one run each: forward writes the shard's columns of y (y_offset), relevance reads the
// shard's columns of g_y (x_offset) and accumulates.
//
// Matrix kernels: 16 × 2 lanes make a tile of 128 columns × 16 tokens; a lane 8 columns × 8 tokens, all in registers.
// Twelve loads then feed 64 products, in both directions; there is nothing to share through workgroup memory and nothing
// to wait for. Rows and columns past the end are clamped instead of tested: weights are padded with zeros, and surplus
// tokens are not stored.
struct Params {
  rows: u32, inner: u32, outer: u32, octets: u32,
  x_offset: u32, x_stride: u32, y_offset: u32, y_stride: u32,
  has_bias: u32, accumulate: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

fn row_start(token: u32) -> u32 { return min(token, params.rows - 1u) * params.x_stride + params.x_offset; }

fn store(row: u32, column: u32, value: f32) {
  if (row >= params.rows || column >= params.outer) { return; }
  let at = row * params.y_stride + params.y_offset + column;
  var sum = value;
  if (params.has_bias == 1u) { sum += bias[params.y_offset + column]; }
  if (params.accumulate == 1u) { sum += y[at]; }
  y[at] = sum;
}

fn store_four(row: u32, column: u32, values: vec4f) {
  store(row, column, values.x);
  store(row + 1u, column, values.y);
  store(row + 2u, column, values.z);
  store(row + 3u, column, values.w);
}

// Column k of four neighbouring tokens.
fn four_tokens(start: vec4u, k: u32) -> vec4f {
  return vec4f(x[start.x + k], x[start.y + k], x[start.z + k], x[start.w + k]);
}

fn starts(token: u32) -> vec4u {
  return vec4u(row_start(token), row_start(token + 1u), row_start(token + 2u), row_start(token + 3u));
}

// Sums of 8 columns × 8 tokens: [column][token], the columns in two fours, the tokens in two fours (a, b).
struct Sums { low_a: mat4x4f, high_a: mat4x4f, low_b: mat4x4f, high_b: mat4x4f }

// Adds the products of eight columns with eight tokens at one place of the shared dimension.
fn add_products(sums: ptr<function, Sums>, low: vec4f, high: vec4f, x_a: vec4f, x_b: vec4f) {
  (*sums).low_a[0] += low.x * x_a;
  (*sums).low_a[1] += low.y * x_a;
  (*sums).low_a[2] += low.z * x_a;
  (*sums).low_a[3] += low.w * x_a;
  (*sums).high_a[0] += high.x * x_a;
  (*sums).high_a[1] += high.y * x_a;
  (*sums).high_a[2] += high.z * x_a;
  (*sums).high_a[3] += high.w * x_a;
  (*sums).low_b[0] += low.x * x_b;
  (*sums).low_b[1] += low.y * x_b;
  (*sums).low_b[2] += low.z * x_b;
  (*sums).low_b[3] += low.w * x_b;
  (*sums).high_b[0] += high.x * x_b;
  (*sums).high_b[1] += high.y * x_b;
  (*sums).high_b[2] += high.z * x_b;
  (*sums).high_b[3] += high.w * x_b;
}

// The eight columns are `column + i · step`.
fn store_sums(sums: ptr<function, Sums>, token: u32, column: u32, step: u32) {
  for (var i = 0u; i < 4u; i++) {
    store_four(token, column + i * step, (*sums).low_a[i]);
    store_four(token, column + (i + 4u) * step, (*sums).high_a[i]);
    store_four(token + 4u, column + i * step, (*sums).low_b[i]);
    store_four(token + 4u, column + (i + 4u) * step, (*sums).high_b[i]);
  }
}

fn clamped_octet(row: u32, at: u32) -> Octet {
  let w = octet(min(row, params.outer - 1u) * params.octets + at);
  return Octet(w.scale * w.low, w.scale * w.high, 1.0);
}

// inner = columns of W, outer = rows of the shard. Neighbouring lanes own neighbouring columns of y.
@compute @workgroup_size(32)
fn forward(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let token = id.y * 16u + (lane / 16u) * 8u;
  let column = id.x * 128u + lane % 16u;
  let a = starts(token);
  let b = starts(token + 4u);
  let last = params.inner - 1u;
  var sums: Sums;
  for (var at = 0u; at < params.octets; at++) {
    let w0 = clamped_octet(column, at);
    let w1 = clamped_octet(column + 16u, at);
    let w2 = clamped_octet(column + 32u, at);
    let w3 = clamped_octet(column + 48u, at);
    let w4 = clamped_octet(column + 64u, at);
    let w5 = clamped_octet(column + 80u, at);
    let w6 = clamped_octet(column + 96u, at);
    let w7 = clamped_octet(column + 112u, at);
    for (var i = 0u; i < 4u; i++) {
      let k = min(at * 8u + i, last);
      let low = vec4f(w0.low[i], w1.low[i], w2.low[i], w3.low[i]);
      let high = vec4f(w4.low[i], w5.low[i], w6.low[i], w7.low[i]);
      add_products(&sums, low, high, four_tokens(a, k), four_tokens(b, k));
    }
    for (var i = 0u; i < 4u; i++) {
      let k = min(at * 8u + 4u + i, last);
      let low = vec4f(w0.high[i], w1.high[i], w2.high[i], w3.high[i]);
      let high = vec4f(w4.high[i], w5.high[i], w6.high[i], w7.high[i]);
      add_products(&sums, low, high, four_tokens(a, k), four_tokens(b, k));
    }
  }
  store_sums(&sums, token, column, 16u);
}

// inner = rows of the shard, outer = columns of W. A lane owns the eight columns of an octet.
@compute @workgroup_size(32)
fn relevance(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let token = id.y * 16u + (lane / 16u) * 8u;
  let column = id.x * 16u + lane % 16u;
  let a = starts(token);
  let b = starts(token + 4u);
  var at = min(column, params.octets - 1u);
  var sums: Sums;
  for (var n = 0u; n < params.inner; n++) {
    let w = octet(at);
    add_products(&sums, w.low, w.high, w.scale * four_tokens(a, n), w.scale * four_tokens(b, n));
    at += params.octets;
  }
  store_sums(&sums, token, column * 8u, 1u);
}

// One row of x (decoding): 8 lanes walk the octets of four rows of W together, then add up; 8 such groups side by side.
var<workgroup> parts: array<vec4f, 64>;
fn octet_dot(row: u32, at: u32, low: vec4f, high: vec4f) -> f32 {
  let w = octet(min(row, params.outer - 1u) * params.octets + at);
  return w.scale * (dot(w.low, low) + dot(w.high, high));
}

fn four_columns(at: u32, last: u32) -> vec4f {
  return vec4f(x[min(at, last)], x[min(at + 1u, last)], x[min(at + 2u, last)], x[min(at + 3u, last)]);
}

@compute @workgroup_size(64)
fn forward_one_row(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = (id.x + id.y * grid.x) * 32u + (lane / 8u) * 4u;
  var sum = vec4f();
  for (var at = lane % 8u; at < params.octets; at += 8u) {
    let low = four_columns(at * 8u, params.inner - 1u);
    let high = four_columns(at * 8u + 4u, params.inner - 1u);
    sum += vec4f(
      octet_dot(row, at, low, high),
      octet_dot(row + 1u, at, low, high),
      octet_dot(row + 2u, at, low, high),
      octet_dot(row + 3u, at, low, high),
    );
  }
  parts[lane] = sum;
  workgroupBarrier();
  if (lane % 8u < 4u) {
    var total = 0.0;
    for (var i = 0u; i < 8u; i++) { total += parts[(lane / 8u) * 8u + i][lane % 4u]; }
    store(0u, row + lane % 8u, total);
  }
}
