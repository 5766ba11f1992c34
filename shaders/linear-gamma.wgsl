// Relevance of y = x · Wᵀ + b by the γ-rule for signed inputs (AttnLRP section on ViTs), without a division by x:
//   P_j and N_j: the positive and the negative part of y_j = Σ_i x_i W_ji + b_j, summand by summand
//   m_j = g_j · y_j / (y_j + γ · (P_j where y_j > 0, else N_j))                       0 where y_j = 0
//   g_i = Σ_j m_j · (W_ji + γ · part),   part = W_ji where x_i W_ji has the sign of y_j, else 0   (x_i = 0 counts as +)
// Neither needs a choice per product. With A_j = Σ_i |x_i| |W_ji| + |b_j|, |P_j| or |N_j| is (|y_j| + A_j) / 2, which
// never cancels, and part is (W_ji + s_i s_j |W_ji|) / 2 with the signs s_i of x_i and s_j of y_j, so that
//   g_i = (1 + γ/2) · Σ_j m_j W_ji + γ/2 · s_i · Σ_j s_j m_j |W_ji|.
// `prepare` makes m and s · m from y and one more pass over the weights, `relevance` g_x in another: there x is m, and
// s · m below it. A bias keeps m_j · (b_j + γ · (b_j where it has the sign of y_j)). Forward is linear.wgsl, whose shards
// these are; a workgroup takes one block of tokens.
struct Params {
  rows: u32, inner: u32, outer: u32, octets: u32,
  x_rows: u32, x_offset: u32, x_stride: u32, offset: u32, stride: u32,
  gamma: f32, has_bias: u32, accumulate: u32, first_token: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> y: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> g_y: array<f32>;
@group(0) @binding(5) var<storage, read_write> m_out: array<f32>;
@group(0) @binding(6) var<storage, read_write> bias_out: array<f32>;
@group(0) @binding(7) var<storage, read> input: array<f32>;
@group(0) @binding(8) var<storage, read_write> g_x: array<f32>;

override LANES: u32;

fn row_start(token: u32) -> u32 { return min(token, params.x_rows - 1u) * params.x_stride + params.x_offset; }

// γ/2 · |W|. Scaled first: the absolute value of what was just an f16 is slow to take on some drivers.
fn magnitudes(w: Octet) -> Columns {
  let half_gamma = 0.5 * params.gamma * w.scale;
  return Columns(abs(half_gamma * w.low), abs(half_gamma * w.high));
}

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

fn octet_row(row: u32) -> u32 { return min(row, params.outer - 1u) * params.octets; }

// inner = columns of W, outer = rows of the shard, offset = its first row, stride = all rows of W.
@compute @workgroup_size(LANES)
fn prepare(@builtin(workgroup_id) id: vec3u, lane: Lane) {
  let token = params.first_token + id.y * TOKENS;
  let column = id.x * LANES * 4u + lane.index;
  let rows = vec4u(
    octet_row(column), octet_row(column + LANES), octet_row(column + 2u * LANES), octet_row(column + 3u * LANES));
  let octets = (params.inner + 7u) / 8u;
  let block = block_at(token, lane);
  var sums: array<vec4f, TOKENS>;
  for (var first = 0u; first < octets; first += 4u) {
    var a = quad(rows.x + first);
    var b = quad(rows.y + first);
    var c = quad(rows.z + first);
    var d = quad(rows.w + first);
    for (var at = first; at < min(first + 4u, octets); at++) {
      let w = FourRows(
        magnitudes(next_octet(&a)), magnitudes(next_octet(&b)), magnitudes(next_octet(&c)), magnitudes(next_octet(&d)));
      add_products(&sums, w, sizes_of(fours(block, 8u * at)), sizes_of(fours(block, 8u * at + 4u)));
    }
  }
  var found = sums;
  for (var i = 0u; i < 4u * min(TOKENS, params.rows - token); i++) {
    finish(token + i / 4u, column + i % 4u * LANES, found[i / 4u][i % 4u]);
  }
}

fn columns_of_row(n: u32, column: u32) -> Columns {
  return columns(octet(min(n, params.inner - 1u) * params.octets + column));
}
fn absolute(w: Columns) -> Columns { return Columns(abs(w.low), abs(w.high)); }

fn store(token: u32, column: u32, plain: f32, signed: f32) {
  if (token >= params.rows || column >= params.outer) { return; }
  let at = token * params.outer + column;
  let half_gamma = 0.5 * params.gamma;
  let value = (1.0 + half_gamma) * plain + half_gamma * select(-signed, signed, input[at] >= 0.0);
  g_x[at] = select(0.0, g_x[at], params.accumulate == 1u) + value;
}

// inner = rows of the shard, outer = columns of W. A lane owns the eight columns of an octet. Of x, the rows from
// params.rows on are s · m.
@compute @workgroup_size(LANES)
fn relevance(@builtin(workgroup_id) id: vec3u, lane: Lane) {
  let token = params.first_token + id.y * TOKENS;
  let own = id.x * LANES + lane.index;
  let column = min(own, params.octets - 1u);
  let block = block_at(token, lane);
  let signed_block = block_at(params.rows + token, lane);
  var plain: array<Columns, TOKENS>;
  var signed: array<Columns, TOKENS>;
  for (var n = 0u; n < params.inner; n += 4u) {
    let w = FourRows(
      columns_of_row(n, column), columns_of_row(n + 1u, column),
      columns_of_row(n + 2u, column), columns_of_row(n + 3u, column),
    );
    add_columns(&plain, w, fours(block, n));
    let sizes = FourRows(absolute(w.a), absolute(w.b), absolute(w.c), absolute(w.d));
    add_columns(&signed, sizes, fours(signed_block, n));
  }
  var found = array(plain, signed);
  for (var i = 0u; i < 8u * min(TOKENS, params.rows - token); i++) {
    let a = found[0][i / 8u];
    let b = found[1][i / 8u];
    let upper = i % 8u >= 4u;
    store(token + i / 8u, own * 8u + i % 8u, select(a.low, a.high, upper)[i % 4u], select(b.low, b.high, upper)[i % 4u]);
  }
}
