// o_i = Σ_j P_ij v_j,  P = softmax(s · q_i·k_j) over the keys a query sees; nothing of size T × T is ever stored.
// A query head h reads key/value head h / (HEADS / KEY_VALUE_HEADS). Query i stands at position offset + i.
// Forward keeps running maximum and sum (online softmax) and saves lse = log Σ exp.
//
// Relevance (AttnLRP Prop. 3.1 and 3.3; P is recomputed from lse, D_i = g_o,i · o_i comes from attention-rows.wgsl):
//   gs_ij = P_ij (g_o,i · v_j − D_i)
//   g_v,j = value · Σ_i P_ij g_o,i     g_q,i = query_key · s · Σ_j gs_ij k_j     g_k,j = query_key · s · Σ_i gs_ij q_i
// with the shares of the method: AttnLRP value ½, query_key ¼; CP-LRP 1, 0; the plain gradient 1, 1.
// Keys and values see every query head of their group, so their kernel loops over those.
//
// A workgroup owns 32 rows (queries, or keys) of one head and meets the other side in tiles of 32. Its 8 × 8 lanes first
// make the 32 × 32 pairs, 4 × 4 each, and share them through workgroup memory; then each lane adds up its columns of 4
// own rows over the tile. Rows past the end are clamped, masked as unseen, and not stored.

// A constant trip count, so that compilers keep the sums of a lane in registers. Lanes past the end of a short head
// compute what nobody stores.
override FOURS_PER_LANE: u32; // ⌈HEAD_FOURS / 8⌉

const BLOCK = 32u;
const MOST_FOURS = 8u; // per lane: head size 256 at most
const NEXT = vec4u(0u, 1u, 2u, 3u);
// [row of the tile][own rows in fours]
var<workgroup> weights: array<array<vec4f, 8>, BLOCK>;
var<workgroup> slopes: array<array<vec4f, 8>, BLOCK>;
// [column of lanes][own rows in fours]
var<workgroup> partial: array<array<vec4f, 8>, 8>;

// Sums of a lane: for each of its four columns, a vec4 of values for each of four own rows.
alias Sums = array<mat4x4f, MOST_FOURS>;

// Four (query, key) pairs at once.
fn sees(query: vec4u, key: vec4u) -> vec4<bool> {
  let position = query + params.offset;
  let causal = vec4<bool>(params.causal == 0u) | (key <= position);
  let window = vec4<bool>(params.window == 0u) | (key + params.window > position);
  return (query < vec4u(params.rows)) & (key < vec4u(params.keys)) & causal & window;
}

fn four_queries(first: u32, step: u32, head: u32) -> vec4u {
  return vec4u(query_at(first, head), query_at(first + step, head), query_at(first + 2u * step, head), query_at(first + 3u * step, head));
}
fn four_keys(first: u32, step: u32, head: u32) -> vec4u {
  return vec4u(key_at(first, head), key_at(first + step, head), key_at(first + 2u * step, head), key_at(first + 3u * step, head));
}

@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let own = lane / 8u;
  let slot = lane % 8u;
  let head = params.first_head + id.y;
  let key_head = head / (HEADS / KEY_VALUE_HEADS);
  let query = id.x * BLOCK + own * 4u;
  let queries = four_queries(query, 1u, head);
  let end = keys_end(id.x * BLOCK + BLOCK - 1u);
  var sums: Sums;
  var maximum = vec4f(UNSEEN);
  var total = vec4f();
  for (var first = first_key(id.x * BLOCK); first < end; first += BLOCK) {
    let keys = four_keys(first + slot, 8u, key_head);
    var scores = mat4x4f(); // [key][query]
    for (var d = 0u; d < HEAD_FOURS; d++) { scores += transpose(q_four(queries, d)) * k_four(keys, d); }
    var seen: array<vec4<bool>, 4>;
    var peak = vec4f(UNSEEN);
    for (var j = 0u; j < 4u; j++) {
      seen[j] = sees(query + NEXT, vec4u(first + slot + j * 8u));
      scores[j] = select(vec4f(UNSEEN), params.scale * scores[j], seen[j]);
      peak = max(peak, scores[j]);
    }
    partial[slot][own] = peak;
    workgroupBarrier();
    peak = maximum;
    for (var i = 0u; i < 8u; i++) { peak = max(peak, partial[i][own]); }
    let shrink = exp(maximum - peak);
    maximum = peak;
    total *= shrink;
    for (var j = 0u; j < 4u; j++) {
      let weight = select(vec4f(), exp(scores[j] - peak), seen[j]);
      total += weight;
      weights[slot + j * 8u][own] = weight;
    }
    for (var i = 0u; i < FOURS_PER_LANE; i++) {
      sums[i] = mat4x4f(shrink.x * sums[i][0], shrink.y * sums[i][1], shrink.z * sums[i][2], shrink.w * sums[i][3]);
    }
    workgroupBarrier();
    for (var row = 0u; row < BLOCK; row++) {
      let at = key_at(first + row, key_head) + slot;
      let weight = weights[row][own];
      for (var i = 0u; i < FOURS_PER_LANE; i++) { sums[i] += outer(v_at(at + i * 8u), weight); }
    }
  }
  partial[slot][own] = total;
  workgroupBarrier();
  total = vec4f();
  for (var i = 0u; i < 8u; i++) { total += partial[i][own]; }
  for (var n = 0u; n < 4u; n++) {
    if (query + n >= params.rows) { continue; }
    for (var i = 0u; i < FOURS_PER_LANE; i++) {
      if (i * 8u + slot < HEAD_FOURS) { o[query_at(query + n, head) + i * 8u + slot] = sums[i][n] / total[n]; }
    }
    if (slot == 0u) { lse_out[(query + n) * HEADS + head] = maximum[n] + log(total[n]); }
  }
}

// The number of a row of a head in lse and rows_of_heads.
fn at_query(query: u32, head: u32) -> u32 { return min(query, params.rows - 1u) * HEADS + head; }

@compute @workgroup_size(64)
fn relevance_queries(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let own = lane / 8u;
  let slot = lane % 8u;
  let head = params.first_head + id.y;
  let key_head = head / (HEADS / KEY_VALUE_HEADS);
  let query = id.x * BLOCK + own * 4u;
  let queries = four_queries(query, 1u, head);
  let a = rows_of_heads[at_query(query, head)];
  let b = rows_of_heads[at_query(query + 1u, head)];
  let c = rows_of_heads[at_query(query + 2u, head)];
  let d = rows_of_heads[at_query(query + 3u, head)];
  let row_lse = vec4f(a.lse, b.lse, c.lse, d.lse);
  let row_delta = vec4f(a.delta, b.delta, c.delta, d.delta);
  let end = keys_end(id.x * BLOCK + BLOCK - 1u);
  var sums: Sums;
  for (var first = first_key(id.x * BLOCK); first < end; first += BLOCK) {
    let keys = four_keys(first + slot, 8u, key_head);
    var scores = mat4x4f(); // [key][query]
    var products = mat4x4f();
    for (var d = 0u; d < HEAD_FOURS; d++) {
      scores += transpose(q_four(queries, d)) * k_four(keys, d);
      products += transpose(g_four(queries, d)) * v_four(keys, d);
    }
    for (var j = 0u; j < 4u; j++) {
      let seen = sees(query + NEXT, vec4u(first + slot + j * 8u));
      let weight = select(vec4f(), exp(params.scale * scores[j] - row_lse), seen);
      slopes[slot + j * 8u][own] = weight * (products[j] - row_delta);
    }
    workgroupBarrier();
    for (var row = 0u; row < BLOCK; row++) {
      let at = key_at(first + row, key_head) + slot;
      let slope = slopes[row][own];
      for (var i = 0u; i < FOURS_PER_LANE; i++) { sums[i] += outer(k_at(at + i * 8u), slope); }
    }
    workgroupBarrier();
  }
  for (var n = 0u; n < 4u; n++) {
    if (query + n >= params.rows) { continue; }
    for (var i = 0u; i < FOURS_PER_LANE; i++) {
      if (i * 8u + slot >= HEAD_FOURS) { continue; }
      g_q[query_at(query + n, head) + i * 8u + slot] = params.query_key * params.scale * sums[i][n];
    }
  }
}

// Without a cache only (offset 0): every query that sees these keys is among the rows.
@compute @workgroup_size(64)
fn relevance_keys_values(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let own = lane / 8u;
  let slot = lane % 8u;
  let key_head = params.first_head + id.y;
  let key = id.x * BLOCK + own * 4u;
  let keys = four_keys(key, 1u, key_head);
  let begin = select(0u, id.x * BLOCK, params.causal == 1u);
  let end = select(params.rows, min(params.rows, id.x * BLOCK + BLOCK - 1u + params.window), params.window > 0u);
  var key_sums: Sums;
  var value_sums: Sums;
  for (var member = 0u; member < HEADS / KEY_VALUE_HEADS; member++) {
    let head = key_head * (HEADS / KEY_VALUE_HEADS) + member;
    for (var first = begin; first < end; first += BLOCK) {
      let queries = four_queries(first + slot, 8u, head);
      var scores = mat4x4f(); // [query][key]
      var products = mat4x4f();
      for (var d = 0u; d < HEAD_FOURS; d++) {
        scores += transpose(k_four(keys, d)) * q_four(queries, d);
        products += transpose(v_four(keys, d)) * g_four(queries, d);
      }
      for (var j = 0u; j < 4u; j++) {
        let query = first + slot + j * 8u;
        let row = rows_of_heads[at_query(query, head)];
        let seen = sees(vec4u(query), key + NEXT);
        let weight = select(vec4f(), exp(params.scale * scores[j] - row.lse), seen);
        weights[slot + j * 8u][own] = weight;
        slopes[slot + j * 8u][own] = weight * (products[j] - row.delta);
      }
      workgroupBarrier();
      for (var row = 0u; row < BLOCK; row++) {
        let at = query_at(first + row, head) + slot;
        let weight = weights[row][own];
        let slope = slopes[row][own];
        for (var i = 0u; i < FOURS_PER_LANE; i++) {
          value_sums[i] += outer(g_o[at + i * 8u], weight);
          key_sums[i] += outer(q[at + i * 8u], slope);
        }
      }
      workgroupBarrier();
    }
  }
  for (var n = 0u; n < 4u; n++) {
    if (key + n >= params.keys) { continue; }
    for (var i = 0u; i < FOURS_PER_LANE; i++) {
      if (i * 8u + slot >= HEAD_FOURS) { continue; }
      let at = key_at(key + n, key_head) + i * 8u + slot;
      g_v[at] = params.value * value_sums[i][n];
      g_k[at] = params.query_key * params.scale * key_sums[i][n];
    }
  }
}

// The values alone, where queries and keys have no share (CP-LRP): the weights are all it takes.
@compute @workgroup_size(64)
fn relevance_values(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let own = lane / 8u;
  let slot = lane % 8u;
  let key_head = params.first_head + id.y;
  let key = id.x * BLOCK + own * 4u;
  let keys = four_keys(key, 1u, key_head);
  let begin = select(0u, id.x * BLOCK, params.causal == 1u);
  let end = select(params.rows, min(params.rows, id.x * BLOCK + BLOCK - 1u + params.window), params.window > 0u);
  var sums: Sums;
  for (var member = 0u; member < HEADS / KEY_VALUE_HEADS; member++) {
    let head = key_head * (HEADS / KEY_VALUE_HEADS) + member;
    for (var first = begin; first < end; first += BLOCK) {
      let queries = four_queries(first + slot, 8u, head);
      var scores = mat4x4f(); // [query][key]
      for (var d = 0u; d < HEAD_FOURS; d++) { scores += transpose(k_four(keys, d)) * q_four(queries, d); }
      for (var j = 0u; j < 4u; j++) {
        let query = first + slot + j * 8u;
        let seen = sees(vec4u(query), key + NEXT);
        weights[slot + j * 8u][own] = select(vec4f(), exp(params.scale * scores[j] - lse[at_query(query, head)]), seen);
      }
      workgroupBarrier();
      for (var row = 0u; row < BLOCK; row++) {
        let at = query_at(first + row, head) + slot;
        let weight = weights[row][own];
        for (var i = 0u; i < FOURS_PER_LANE; i++) { sums[i] += outer(g_o[at + i * 8u], weight); }
      }
      workgroupBarrier();
    }
  }
  for (var n = 0u; n < 4u; n++) {
    if (key + n >= params.keys) { continue; }
    for (var i = 0u; i < FOURS_PER_LANE; i++) {
      if (i * 8u + slot < HEAD_FOURS) { g_v[key_at(key + n, key_head) + i * 8u + slot] = params.value * sums[i][n]; }
    }
  }
}
