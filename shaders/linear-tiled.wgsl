// y = x · Wᵀ + b + r, and g_x = g_y · W (linear.wgsl), for GPUs whose memory is far and whose workgroups share some that is
// near: a workgroup reads a slab of x and one of W, dequantised once for all of its tokens, and each lane meets the numbers it
// needs there. Which sizes suit a GPU, and whether this is better than linear.wgsl, is measured (tiles.ts, tune.ts).
//
// The 64 lanes are 8 × 8. A lane has 4 · TOKEN_FOURS tokens and 4 · COLUMN_FOURS columns, eight apart, so that neighbours
// read neighbouring rows of a slab; these are padded by one four, so that they lie in different banks.
override TOKEN_FOURS: u32; // 1 or 2
override COLUMN_FOURS: u32; // 1 or 2
override DEPTH: u32; // fours of the sum that a slab holds, a multiple of two
override X_FOURS: u32 = 32u * TOKEN_FOURS * (DEPTH + 1u);
override W_FOURS: u32 = 32u * COLUMN_FOURS * (DEPTH + 1u);
var<workgroup> x_slab: array<vec4f, X_FOURS>; // [token][four of the sum]
var<workgroup> w_slab: array<vec4f, W_FOURS>; // forward [row of W][four of the sum], relevance [row of W][four columns]
// [token four][column four]: for each of four tokens (a column of the matrix) four numbers of y.
alias Sums = array<mat4x4f, 4>;

fn load_x(first_token: u32, k: u32, lane: u32) {
  for (var i = lane; i < 32u * TOKEN_FOURS * DEPTH; i += 64u) {
    let token = i / DEPTH;
    let at = k + i % DEPTH * 4u;
    var four = vec4f();
    if (at < params.inner) { four = four_at(row_start(first_token + token), at); }
    x_slab[token * (DEPTH + 1u) + i % DEPTH] = four;
  }
}
fn put_w(at: u32, w: Columns) {
  w_slab[at] = w.low;
  w_slab[at + 1u] = w.high;
}
fn four_tokens(first: u32, d: u32) -> mat4x4f {
  let at = first * (DEPTH + 1u) + d;
  let step = 8u * (DEPTH + 1u);
  return mat4x4f(x_slab[at], x_slab[at + step], x_slab[at + 2u * step], x_slab[at + 3u * step]);
}

// inner = columns of W, outer = rows of the shard. Past the end of a row x is zero, so it does not matter what W has there.
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let token = params.first_token + id.y * 32u * TOKEN_FOURS;
  let column = id.x * 32u * COLUMN_FOURS;
  let own = lane / 8u;
  let slot = lane % 8u;
  let step = 8u * (DEPTH + 1u);
  var sums: Sums;
  for (var k = 0u; k < params.inner; k += 4u * DEPTH) {
    workgroupBarrier();
    load_x(token, k, lane);
    let octets = DEPTH / 2u;
    for (var i = lane; i < 32u * COLUMN_FOURS * octets; i += 64u) {
      let row = i / octets;
      let w = columns(octet(octet_row(column + row) + min(k / 8u + i % octets, params.octets - 1u)));
      put_w(row * (DEPTH + 1u) + i % octets * 2u, w);
    }
    workgroupBarrier();
    for (var d = 0u; d < DEPTH; d++) {
      for (var c = 0u; c < COLUMN_FOURS; c++) {
        let at = (slot + c * 32u) * (DEPTH + 1u) + d;
        let w = transpose(mat4x4f(w_slab[at], w_slab[at + step], w_slab[at + 2u * step], w_slab[at + 3u * step]));
        for (var t = 0u; t < TOKEN_FOURS; t++) { sums[t * 2u + c] += w * four_tokens(own + t * 32u, d); }
      }
    }
  }
  for (var i = 0u; i < 16u * TOKEN_FOURS * COLUMN_FOURS; i++) {
    let t = i / 16u % TOKEN_FOURS;
    let c = i / 16u / TOKEN_FOURS;
    store(token + own + t * 32u + i / 4u % 4u * 8u, column + slot + c * 32u + i % 4u * 8u, sums[t * 2u + c][i / 4u % 4u][i % 4u]);
  }
}

// inner = rows of the shard from first_row on, outer = columns of W. Here a lane's four columns are neighbours.
@compute @workgroup_size(64)
fn relevance(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let token = params.first_token + id.y * 32u * TOKEN_FOURS;
  let column = id.x * 32u * COLUMN_FOURS;
  let own = lane / 8u;
  let slot = lane % 8u;
  let width = 8u * COLUMN_FOURS + 1u;
  var sums: Sums;
  for (var n = 0u; n < params.inner; n += 4u * DEPTH) {
    workgroupBarrier();
    load_x(token, n, lane);
    let octets = 4u * COLUMN_FOURS;
    for (var i = lane; i < 4u * DEPTH * octets; i += 64u) {
      let row = params.first_row + min(n + i / octets, params.inner - 1u);
      let w = columns(octet(row * params.octets + min(column / 8u + i % octets, params.octets - 1u)));
      put_w(i / octets * width + i % octets * 2u, w);
    }
    workgroupBarrier();
    for (var d = 0u; d < DEPTH; d++) {
      for (var c = 0u; c < COLUMN_FOURS; c++) {
        let at = 4u * d * width + slot + c * 8u;
        let w = mat4x4f(w_slab[at], w_slab[at + width], w_slab[at + 2u * width], w_slab[at + 3u * width]);
        for (var t = 0u; t < TOKEN_FOURS; t++) { sums[t * 2u + c] += w * four_tokens(own + t * 32u, d); }
      }
    }
  }
  for (var i = 0u; i < 16u * TOKEN_FOURS * COLUMN_FOURS; i++) {
    let t = i / 16u % TOKEN_FOURS;
    let c = i / 16u / TOKEN_FOURS;
    store(token + own + t * 32u + i / 4u % 4u * 8u, column + (slot + c * 8u) * 4u + i % 4u, sums[t * 2u + c][i / 4u % 4u][i % 4u]);
  }
}
