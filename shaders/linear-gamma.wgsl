// Relevance of y = x · Wᵀ + b by the γ-rule for signed inputs (AttnLRP section on ViTs), without a division by x:
//   P_j and N_j: the positive and the negative part of y_j = Σ_i x_i W_ji + b_j, summand by summand
//   m_j = g_j · y_j / (y_j + γ · (P_j where y_j > 0, else N_j))                       0 where y_j = 0
//   g_i = Σ_j m_j · (W_ji + γ · part),   part = W_ji where x_i W_ji has the sign of y_j, else 0   (x_i = 0 counts as +)
// Neither needs a choice per product. With A_j = Σ_i |x_i| |W_ji| + |b_j|, |P_j| or |N_j| is (|y_j| + A_j) / 2, which
// never cancels, and part is (W_ji + s_i s_j |W_ji|) / 2 with the signs s_i of x_i and s_j of y_j, so that
//   g_i = (1 + γ/2) · Σ_j m_j W_ji + γ/2 · s_i · Σ_j s_j m_j |W_ji|.
// `prepare` makes m and s · m from y and one more pass over the weights, `relevance` g_x in another: there x is m, and
// s · m below it. A bias keeps m_j · (b_j + γ · (b_j where it has the sign of y_j)). Forward is linear.wgsl, whose tiles
// and shards these are.
struct Params { rows: u32, inner: u32, outer: u32, octets: u32, offset: u32, stride: u32, gamma: f32, has_bias: u32, accumulate: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> y: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> g_y: array<f32>;
@group(0) @binding(5) var<storage, read_write> m_out: array<f32>;
@group(0) @binding(6) var<storage, read_write> bias_out: array<f32>;
@group(0) @binding(7) var<storage, read> input: array<f32>;
@group(0) @binding(8) var<storage, read_write> g_x: array<f32>;

override LANES: u32;
const TOKENS = 4u;

struct Columns { low: vec4f, high: vec4f }

// γ/2 · |W|. Scaled first: the absolute value of what was just an f16 is slow to take on some drivers.
fn magnitudes(row: u32, at: u32) -> Columns {
  let w = octet(min(row, params.outer - 1u) * params.octets + at);
  let half_gamma = 0.5 * params.gamma * w.scale;
  return Columns(abs(half_gamma * w.low), abs(half_gamma * w.high));
}
fn product(w: Columns, low: vec4f, high: vec4f) -> f32 { return dot(w.low, low) + dot(w.high, high); }

// `magnitude` is γ/2 · A_j without the bias.
fn finish(token: u32, column: u32, magnitude: f32) {
  if (token >= params.rows || column >= params.outer) { return; }
  let at_column = params.offset + column;
  let at = token * params.stride + at_column;
  let b = select(0.0, bias[at_column], params.has_bias == 1u);
  let value = y[at];
  let favoured = magnitude + 0.5 * params.gamma * (abs(value) + abs(b));
  let multiplier = g_y[at] * select(abs(value) / (abs(value) + favoured), 0.0, value == 0.0);
  m_out[at] = multiplier;
  m_out[params.rows * params.stride + at] = multiplier * sign(value);
  bias_out[at] = b * select(1.0, 1.0 + params.gamma, b * value > 0.0);
}

// inner = columns of W, outer = rows of the shard, offset = its first row, stride = all rows of W.
@compute @workgroup_size(LANES)
fn prepare(@builtin(workgroup_id) id: vec3u, lane: Lane) {
  let token = id.y * TOKENS;
  let column = id.x * LANES * 4u + lane.index;
  var sums: array<vec4f, TOKENS>;
  for (var k = 0u; k < params.inner; k += 8u) {
    let a = magnitudes(column, k / 8u);
    let b = magnitudes(column + LANES, k / 8u);
    let c = magnitudes(column + 2u * LANES, k / 8u);
    let d = magnitudes(column + 3u * LANES, k / 8u);
    for (var t = 0u; t < TOKENS; t++) {
      let e = eight(min(token + t, params.rows - 1u) * params.inner, k, lane);
      let low = abs(e.low);
      let high = abs(e.high);
      sums[t] += vec4f(product(a, low, high), product(b, low, high), product(c, low, high), product(d, low, high));
    }
  }
  for (var t = 0u; t < TOKENS; t++) {
    for (var i = 0u; i < 4u; i++) { finish(token + t, column + i * LANES, sums[t][i]); }
  }
}

fn octet_of(n: u32, column: u32) -> Columns {
  let w = octet(min(n, params.inner - 1u) * params.octets + column);
  return Columns(w.scale * w.low, w.scale * w.high);
}

fn store(token: u32, column: u32, plain: f32, signed: f32) {
  if (token >= params.rows || column >= params.outer) { return; }
  let at = token * params.outer + column;
  let half_gamma = 0.5 * params.gamma;
  let value = (1.0 + half_gamma) * plain + half_gamma * select(-signed, signed, input[at] >= 0.0);
  g_x[at] = select(0.0, g_x[at], params.accumulate == 1u) + value;
}

// inner = rows of the shard, outer = columns of W. A lane owns the eight columns of an octet.
@compute @workgroup_size(LANES)
fn relevance(@builtin(workgroup_id) id: vec3u, lane: Lane) {
  let token = id.y * TOKENS;
  let own = id.x * LANES + lane.index;
  let column = min(own, params.octets - 1u);
  var low: array<vec4f, TOKENS>;
  var high: array<vec4f, TOKENS>;
  var signed_low: array<vec4f, TOKENS>;
  var signed_high: array<vec4f, TOKENS>;
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
      let start = min(token + t, params.rows - 1u) * params.stride + params.offset;
      let e = eight(start, n, lane);
      low[t] += e.low.x * a.low + e.low.y * b.low + e.low.z * c.low + e.low.w * d.low
        + e.high.x * f.low + e.high.y * g.low + e.high.z * h.low + e.high.w * i.low;
      high[t] += e.low.x * a.high + e.low.y * b.high + e.low.z * c.high + e.low.w * d.high
        + e.high.x * f.high + e.high.y * g.high + e.high.z * h.high + e.high.w * i.high;
      let s = eight(params.rows * params.stride + start, n, lane);
      signed_low[t] += s.low.x * abs(a.low) + s.low.y * abs(b.low) + s.low.z * abs(c.low) + s.low.w * abs(d.low)
        + s.high.x * abs(f.low) + s.high.y * abs(g.low) + s.high.z * abs(h.low) + s.high.w * abs(i.low);
      signed_high[t] += s.low.x * abs(a.high) + s.low.y * abs(b.high) + s.low.z * abs(c.high) + s.low.w * abs(d.high)
        + s.high.x * abs(f.high) + s.high.y * abs(g.high) + s.high.z * abs(h.high) + s.high.w * abs(i.high);
    }
  }
  for (var t = 0u; t < TOKENS; t++) {
    for (var i = 0u; i < 4u; i++) {
      store(token + t, own * 8u + i, low[t][i], signed_low[t][i]);
      store(token + t, own * 8u + 4u + i, high[t][i], signed_high[t][i]);
    }
  }
}
