// Relevance of y = x · Wᵀ + b by the γ-rule for signed inputs (AttnLRP section on ViTs), without a division by x:
//   z_j = Σ_i x_i W_ji + b_j,  P_j and N_j its positive and negative parts, product by product
//   m_j = g_j · z_j / (z_j + γ · (P_j where z_j > 0, else N_j))                       0 where z_j = 0
//   g_i = Σ_j m_j · (W_ji + γ · part),   part = W_ji where x_i W_ji has the sign of z_j, else 0   (x_i = 0 counts as +)
// Neither needs a choice per product. With A_j = Σ_i |x_i| |W_ji| + |b_j|, |P_j| or |N_j| is (|z_j| + A_j) / 2, which
// never cancels, and part is (W_ji + s_i s_j |W_ji|) / 2 with the signs s_i of x_i and s_j of z_j, so that
//   g_i = (1 + γ/2) · Σ_j m_j W_ji + γ/2 · s_i · Σ_j (s_j m_j) |W_ji|:
// two ordinary products with the same weights, read once. A bias keeps m_j · (b_j + γ · (b_j where it has the sign of z_j)).
// `prepare` makes m and s·m in one more pass over the weights, `relevance` g_x in another; forward is linear.wgsl.
// Tiles as in linear.wgsl: a lane has 8 columns, of 8 tokens in `prepare` and of 4 in `relevance`, of two sums each.
// A Weight may lie in row shards, one run each.
struct Params { rows: u32, inner: u32, outer: u32, octets: u32, offset: u32, stride: u32, gamma: f32, has_bias: u32, accumulate: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read> g_y: array<f32>;
@group(0) @binding(4) var<storage, read_write> m_out: array<f32>;
@group(0) @binding(5) var<storage, read_write> signed_m_out: array<f32>;
@group(0) @binding(6) var<storage, read_write> bias_out: array<f32>;
@group(0) @binding(7) var<storage, read> m: array<f32>;
@group(0) @binding(8) var<storage, read> signed_m: array<f32>;
@group(0) @binding(9) var<storage, read_write> g_x: array<f32>;

fn starts(token: u32, stride: u32, offset: u32) -> vec4u {
  let row = min(vec4u(token, token + 1u, token + 2u, token + 3u), vec4u(params.rows - 1u));
  return row * stride + offset;
}

fn x_of(start: vec4u, k: u32) -> vec4f { return vec4f(x[start.x + k], x[start.y + k], x[start.z + k], x[start.w + k]); }

// 0 for the columns that pad a row: those of a quantised weight need not be 0.
fn x_within(start: vec4u, k: u32) -> vec4f {
  return select(vec4f(), x_of(start, min(k, params.inner - 1u)), k < params.inner);
}

fn clamped_octet(row: u32, at: u32) -> Octet {
  let w = octet(min(row, params.outer - 1u) * params.octets + at);
  return Octet(w.scale * w.low, w.scale * w.high, 1.0);
}

// Sums of 8 columns × 4 tokens: [column][token], the columns in two fours.
struct Sums { low: mat4x4f, high: mat4x4f }

fn add_products(sums: ptr<function, Sums>, low: vec4f, high: vec4f, values: vec4f) {
  (*sums).low[0] += low.x * values;
  (*sums).low[1] += low.y * values;
  (*sums).low[2] += low.z * values;
  (*sums).low[3] += low.w * values;
  (*sums).high[0] += high.x * values;
  (*sums).high[1] += high.y * values;
  (*sums).high[2] += high.z * values;
  (*sums).high[3] += high.w * values;
}

// z and A of 8 columns × 8 tokens, the tokens in two fours (a, b).
struct Outputs { z_a: Sums, z_b: Sums, magnitude_a: Sums, magnitude_b: Sums }

fn add_both(outputs: ptr<function, Outputs>, low: vec4f, high: vec4f, x_a: vec4f, x_b: vec4f) {
  add_products(&(*outputs).z_a, low, high, x_a);
  add_products(&(*outputs).z_b, low, high, x_b);
  add_products(&(*outputs).magnitude_a, abs(low), abs(high), abs(x_a));
  add_products(&(*outputs).magnitude_b, abs(low), abs(high), abs(x_b));
}

fn finish(token: u32, column: u32, products: vec4f, magnitudes: vec4f) {
  if (column >= params.outer) { return; }
  let at_column = params.offset + column;
  let b = select(0.0, bias[at_column], params.has_bias == 1u);
  for (var i = 0u; i < 4u; i++) {
    if (token + i >= params.rows) { continue; }
    let at = (token + i) * params.stride + at_column;
    let value = products[i] + b;
    let favoured = 0.5 * (abs(value) + magnitudes[i] + abs(b));
    let multiplier = g_y[at] * select(abs(value) / (abs(value) + params.gamma * favoured), 0.0, value == 0.0);
    m_out[at] = multiplier;
    signed_m_out[at] = multiplier * sign(value);
    bias_out[at] = b * select(1.0, 1.0 + params.gamma, b * value > 0.0);
  }
}

// inner = columns of W, outer = rows of the shard, offset = its first row, stride = all rows of W.
@compute @workgroup_size(32)
fn prepare(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let token = id.y * 16u + (lane / 16u) * 8u;
  let column = id.x * 128u + lane % 16u;
  let a = starts(token, params.inner, 0u);
  let b = starts(token + 4u, params.inner, 0u);
  var outputs: Outputs;
  for (var at = 0u; at * 8u < params.inner; at++) {
    let w0 = clamped_octet(column, at);
    let w1 = clamped_octet(column + 16u, at);
    let w2 = clamped_octet(column + 32u, at);
    let w3 = clamped_octet(column + 48u, at);
    let w4 = clamped_octet(column + 64u, at);
    let w5 = clamped_octet(column + 80u, at);
    let w6 = clamped_octet(column + 96u, at);
    let w7 = clamped_octet(column + 112u, at);
    for (var i = 0u; i < 4u; i++) {
      let k = at * 8u + i;
      let low = vec4f(w0.low[i], w1.low[i], w2.low[i], w3.low[i]);
      let high = vec4f(w4.low[i], w5.low[i], w6.low[i], w7.low[i]);
      add_both(&outputs, low, high, x_within(a, k), x_within(b, k));
    }
    for (var i = 0u; i < 4u; i++) {
      let k = at * 8u + 4u + i;
      let low = vec4f(w0.high[i], w1.high[i], w2.high[i], w3.high[i]);
      let high = vec4f(w4.high[i], w5.high[i], w6.high[i], w7.high[i]);
      add_both(&outputs, low, high, x_within(a, k), x_within(b, k));
    }
  }
  for (var i = 0u; i < 4u; i++) {
    let low = column + i * 16u;
    let high = low + 64u;
    finish(token, low, outputs.z_a.low[i], outputs.magnitude_a.low[i]);
    finish(token, high, outputs.z_a.high[i], outputs.magnitude_a.high[i]);
    finish(token + 4u, low, outputs.z_b.low[i], outputs.magnitude_b.low[i]);
    finish(token + 4u, high, outputs.z_b.high[i], outputs.magnitude_b.high[i]);
  }
}

fn store(token: u32, column: u32, start: vec4u, plain: vec4f, signed: vec4f) {
  if (column >= params.outer) { return; }
  let half_gamma = 0.5 * params.gamma;
  let signs = select(vec4f(-1.0), vec4f(1.0), x_of(start, column) >= vec4f());
  let values = (1.0 + half_gamma) * plain + half_gamma * signs * signed;
  for (var i = 0u; i < 4u; i++) {
    if (token + i >= params.rows) { continue; }
    let at = start[i] + column;
    g_x[at] = select(0.0, g_x[at], params.accumulate == 1u) + values[i];
  }
}

// inner = rows of the shard, outer = columns of W. A lane owns the eight columns of an octet.
@compute @workgroup_size(32)
fn relevance(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let token = id.y * 8u + (lane / 16u) * 4u;
  let column = id.x * 16u + lane % 16u;
  let b = starts(token, params.stride, params.offset);
  var plain: Sums;
  var signed: Sums;
  var at = min(column, params.octets - 1u);
  for (var n = 0u; n < params.inner; n++) {
    let w = octet(at);
    let m_four = vec4f(m[b.x + n], m[b.y + n], m[b.z + n], m[b.w + n]);
    let signed_four = vec4f(signed_m[b.x + n], signed_m[b.y + n], signed_m[b.z + n], signed_m[b.w + n]);
    add_products(&plain, w.low, w.high, w.scale * m_four);
    add_products(&signed, abs(w.low), abs(w.high), abs(w.scale) * signed_four);
    at += params.octets;
  }
  let a = starts(token, params.outer, 0u);
  for (var i = 0u; i < 4u; i++) {
    store(token, column * 8u + i, a, plain.low[i], signed.low[i]);
    store(token, column * 8u + 4u + i, a, plain.high[i], signed.high[i]);
  }
}
