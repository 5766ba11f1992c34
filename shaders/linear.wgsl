// y = x · Wᵀ + b + r, with W [out, in] in octets (lib/weight-*.wgsl); r is the residual stream where a layer writes to it.
// Relevance (AttnLRP Eq. 8, ε → 0): g_x = g_y · W. It needs no activation, and reads the same stored words.
// In `relevance`, x is g_y and y is g_x.
//
// A Weight may lie in row shards, one run each: forward writes the shard's columns of y (y_offset), relevance reads the
// shard's columns of g_y (x_offset) and accumulates. It begins at a row of the shard (first_row) where nothing comes back
// through those before it. Long texts take several runs too, each a portion of the tokens (first_token).
//
// Matrix kernels: a workgroup takes two blocks of tokens, a lane 4 columns of y (forward) or the 8 of an octet
// (relevance), the sums in registers. What all lanes need of x comes from lib/lanes-*.wgsl, 0 past the end of a row: what a
// quantised weight is padded with need not be 0. Rows and tokens past the end are clamped, and not stored; a second block
// without a token is left out.

// inner = columns of W, outer = rows of the shard. Neighbouring lanes own neighbouring columns of y, four each.
@compute @workgroup_size(LANES)
fn forward(@builtin(workgroup_id) id: vec3u, lane: Lane) {
  let token = params.first_token + id.y * 2u * TOKENS;
  let column = id.x * LANES * 4u + lane.index;
  let rows = four_rows(column);
  let octets = (params.inner + 7u) / 8u;
  let block = block_at(token, lane);
  let next_block = block_at(token + TOKENS, lane);
  let has_next = token + TOKENS < params.rows;
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
      if (has_next) { add_products(&next_sums, w, fours(next_block, 8u * at), fours(next_block, 8u * at + 4u)); }
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
  let token = params.first_token + id.y * 2u * TOKENS;
  let own = id.x * LANES + lane.index;
  let column = min(own, params.octets - 1u);
  let block = block_at(token, lane);
  let next_block = block_at(token + TOKENS, lane);
  let has_next = token + TOKENS < params.rows;
  var sums: array<Columns, TOKENS>;
  var next_sums: array<Columns, TOKENS>;
  for (var n = 0u; n < params.inner; n += 4u) {
    let w = FourRows(
      columns_of_row(n, column), columns_of_row(n + 1u, column),
      columns_of_row(n + 2u, column), columns_of_row(n + 3u, column),
    );
    add_columns(&sums, w, fours(block, n));
    if (has_next) { add_columns(&next_sums, w, fours(next_block, n)); }
  }
  var found = array(sums, next_sums);
  for (var i = 0u; i < 8u * min(2u * TOKENS, params.rows - token); i++) {
    let t = i / 8u;
    let sum = found[t / TOKENS][t % TOKENS];
    store(token + t, own * 8u + i % 8u, select(sum.low, sum.high, i % 8u >= 4u)[i % 4u]);
  }
}
