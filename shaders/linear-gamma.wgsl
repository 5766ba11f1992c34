// Relevance of y = x · Wᵀ + b by the γ-rule for signed inputs (AttnLRP section on ViTs), without a division by x:
//   z_j = Σ_i x_i W_ji + b_j,  P_j and N_j its positive and negative parts, product by product
//   m_j = g_j · z_j / (z_j + γ · (P_j where z_j > 0, else N_j))                       0 where z_j = 0
//   g_i = Σ_j m_j · (W_ji + γ · part),   part = W_ji where x_i W_ji has the sign of z_j, else 0   (x_i = 0 counts as +)
// A bias keeps m_j · (b_j + γ · (b_j where it has the sign of z_j)). γ = 0 is the ε-rule.
// `prepare` makes m and z in one more pass over the weights, `relevance` g_x in another; forward is linear.wgsl.
// Tiles as in linear.wgsl, with 8 columns × 4 tokens a lane. A Weight may lie in row shards, one run each.
struct Params { rows: u32, inner: u32, outer: u32, octets: u32, offset: u32, stride: u32, gamma: f32, has_bias: u32, accumulate: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read> g_y: array<f32>;
@group(0) @binding(4) var<storage, read_write> m_out: array<f32>;
@group(0) @binding(5) var<storage, read_write> z_out: array<f32>;
@group(0) @binding(6) var<storage, read_write> bias_out: array<f32>;
@group(0) @binding(7) var<storage, read> m: array<f32>;
@group(0) @binding(8) var<storage, read> z: array<f32>;
@group(0) @binding(9) var<storage, read_write> g_x: array<f32>;

fn starts(token: u32, stride: u32, offset: u32) -> vec4u {
  let row = min(vec4u(token, token + 1u, token + 2u, token + 3u), vec4u(params.rows - 1u));
  return row * stride + offset;
}

fn clamped_octet(row: u32, at: u32) -> Octet {
  let w = octet(min(row, params.outer - 1u) * params.octets + at);
  return Octet(w.scale * w.low, w.scale * w.high, 1.0);
}

// [column] of four tokens.
struct Sums { low: mat4x4f, high: mat4x4f }

fn add_both(z_sums: ptr<function, Sums>, p_sums: ptr<function, Sums>, low: vec4f, high: vec4f, values: vec4f) {
  for (var i = 0u; i < 4u; i++) {
    let a = low[i] * values;
    let b = high[i] * values;
    (*z_sums).low[i] += a;
    (*p_sums).low[i] += max(a, vec4f());
    (*z_sums).high[i] += b;
    (*p_sums).high[i] += max(b, vec4f());
  }
}

fn finish(token: u32, column: u32, z_four: vec4f, p_four: vec4f) {
  if (column >= params.outer) { return; }
  let at_column = params.offset + column;
  let b = select(0.0, bias[at_column], params.has_bias == 1u);
  for (var i = 0u; i < 4u; i++) {
    if (token + i >= params.rows) { continue; }
    let at = (token + i) * params.stride + at_column;
    let value = z_four[i] + b;
    let positive = p_four[i] + max(b, 0.0);
    let part = select(value - positive, positive, value > 0.0);
    let ratio = select(value / (value + params.gamma * part), 0.0, value == 0.0);
    m_out[at] = g_y[at] * ratio;
    z_out[at] = value;
    bias_out[at] = b * select(1.0, 1.0 + params.gamma, b * value > 0.0);
  }
}

// inner = columns of W, outer = rows of the shard, offset = its first row, stride = all rows of W.
@compute @workgroup_size(32)
fn prepare(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let token = id.y * 8u + (lane / 16u) * 4u;
  let column = id.x * 128u + lane % 16u;
  let a = starts(token, params.inner, 0u);
  let last = params.inner - 1u;
  var z_sums: Sums;
  var p_sums: Sums;
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
      add_both(&z_sums, &p_sums, low, high, vec4f(x[a.x + k], x[a.y + k], x[a.z + k], x[a.w + k]));
    }
    for (var i = 0u; i < 4u; i++) {
      let k = min(at * 8u + 4u + i, last);
      let low = vec4f(w0.high[i], w1.high[i], w2.high[i], w3.high[i]);
      let high = vec4f(w4.high[i], w5.high[i], w6.high[i], w7.high[i]);
      add_both(&z_sums, &p_sums, low, high, vec4f(x[a.x + k], x[a.y + k], x[a.z + k], x[a.w + k]));
    }
  }
  for (var i = 0u; i < 4u; i++) {
    finish(token, column + i * 16u, z_sums.low[i], p_sums.low[i]);
    finish(token, column + (i + 4u) * 16u, z_sums.high[i], p_sums.high[i]);
  }
}

fn signs(a: vec4u, column: u32, last: u32) -> vec4f {
  let at = min(column, last);
  let values = vec4f(x[a.x + at], x[a.y + at], x[a.z + at], x[a.w + at]);
  return select(vec4f(-1.0), vec4f(1.0), values >= vec4f());
}

// One column for four tokens: w · m, more by γ where x · w has the sign of z.
fn share(w: f32, m_four: vec4f, z_sign: vec4f, x_sign: vec4f) -> vec4f {
  return w * m_four * select(vec4f(1.0), vec4f(1.0 + params.gamma), w * z_sign * x_sign > vec4f());
}

fn store(token: u32, column: u32, values: vec4f) {
  if (column >= params.outer) { return; }
  for (var i = 0u; i < 4u; i++) {
    if (token + i >= params.rows) { continue; }
    let at = (token + i) * params.outer + column;
    g_x[at] = select(0.0, g_x[at], params.accumulate == 1u) + values[i];
  }
}

// inner = rows of the shard, outer = columns of W. A lane owns the eight columns of an octet.
@compute @workgroup_size(32)
fn relevance(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let token = id.y * 8u + (lane / 16u) * 4u;
  let column = id.x * 16u + lane % 16u;
  let a = starts(token, params.outer, 0u);
  let b = starts(token, params.stride, params.offset);
  let last = params.outer - 1u;
  var x_low: mat4x4f;
  var x_high: mat4x4f;
  for (var i = 0u; i < 4u; i++) {
    x_low[i] = signs(a, column * 8u + i, last);
    x_high[i] = signs(a, column * 8u + 4u + i, last);
  }
  var sums: Sums;
  var at = min(column, params.octets - 1u);
  for (var n = 0u; n < params.inner; n++) {
    let w = octet(at);
    let m_four = w.scale * vec4f(m[b.x + n], m[b.y + n], m[b.z + n], m[b.w + n]);
    let z_sign = sign(vec4f(z[b.x + n], z[b.y + n], z[b.z + n], z[b.w + n]));
    sums.low[0] += share(w.low.x, m_four, z_sign, x_low[0]);
    sums.low[1] += share(w.low.y, m_four, z_sign, x_low[1]);
    sums.low[2] += share(w.low.z, m_four, z_sign, x_low[2]);
    sums.low[3] += share(w.low.w, m_four, z_sign, x_low[3]);
    sums.high[0] += share(w.high.x, m_four, z_sign, x_high[0]);
    sums.high[1] += share(w.high.y, m_four, z_sign, x_high[1]);
    sums.high[2] += share(w.high.z, m_four, z_sign, x_high[2]);
    sums.high[3] += share(w.high.w, m_four, z_sign, x_high[3]);
    at += params.octets;
  }
  for (var i = 0u; i < 4u; i++) {
    store(token, column * 8u + i, sums.low[i]);
    store(token, column * 8u + 4u + i, sums.high[i]);
  }
}
