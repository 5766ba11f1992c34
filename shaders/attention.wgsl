// o_i = Σ_j P_ij v_j,  P = softmax(s · q_i·k_j) over the keys a query sees; nothing of size T × T is ever stored.
// A query head h reads key/value head h / (HEADS / KEY_VALUE_HEADS). Query i stands at position offset + i.
// Forward keeps running maximum and sum (online softmax) and saves lse = log Σ exp.
//
// Relevance (AttnLRP Prop. 3.1 and 3.3; P is recomputed from lse, D_i = g_o,i · o_i comes from row-relevance):
//   gs_ij = P_ij (g_o,i · v_j − D_i)
//   g_v,j = value · Σ_i P_ij g_o,i     g_q,i = query_key · s · Σ_j gs_ij k_j     g_k,j = query_key · s · Σ_i gs_ij q_i
// with the shares of the method: AttnLRP value ½, query_key ¼; CP-LRP 1, 0; the plain gradient 1, 1.
// Keys and values see every query head of their group, so their kernel loops over those.
struct Params { rows: u32, keys: u32, offset: u32, window: u32, causal: u32, scale: f32, value: f32, query_key: f32 }
override HEADS: u32;
override KEY_VALUE_HEADS: u32;
override HEAD_FOURS: u32; // head size / 4
// A constant trip count, so that compilers keep the sums of a lane in registers. Lanes past the end of a short head
// compute what nobody stores.
override FOURS_PER_LANE: u32; // ⌈HEAD_FOURS / 8⌉
override TILE: u32;       // rows of keys (or queries) in workgroup memory, a multiple of 8
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<vec4f>;
@group(0) @binding(2) var<storage, read> k: array<vec4f>;
@group(0) @binding(3) var<storage, read> v: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> o: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> lse_out: array<f32>;
@group(0) @binding(6) var<storage, read> lse: array<f32>;
@group(0) @binding(7) var<storage, read> g_o: array<vec4f>;
@group(0) @binding(8) var<storage, read> delta: array<f32>;
@group(0) @binding(9) var<storage, read_write> g_q: array<vec4f>;
@group(0) @binding(10) var<storage, read_write> g_k: array<vec4f>;
@group(0) @binding(11) var<storage, read_write> g_v: array<vec4f>;

// 64 lanes: 8 own rows (queries, or keys in the key/value kernel), 8 lanes each.
const OWN = 8u;
const MOST_TILE = 16u;
const MOST_FOURS = 8u; // per lane: head size 256 at most
var<workgroup> tile: array<vec4f, TILE * HEAD_FOURS>;
var<workgroup> weights: array<f32, OWN * MOST_TILE>;
var<workgroup> slopes: array<f32, OWN * MOST_TILE>;

fn sees(query: u32, key: u32) -> bool {
  let position = params.offset + query;
  if (query >= params.rows || key >= params.keys) { return false; }
  if (params.causal == 1u && key > position) { return false; }
  return params.window == 0u || key + params.window > position;
}

fn first_key(query: u32) -> u32 {
  let position = params.offset + query;
  if (params.window == 0u || position + 1u < params.window) { return 0u; }
  return position + 1u - params.window;
}

fn keys_end(last_query: u32) -> u32 {
  return select(params.keys, min(params.keys, params.offset + last_query + 1u), params.causal == 1u);
}

fn load_keys(lane: u32, first: u32, head: u32) {
  for (var i = lane; i < TILE * HEAD_FOURS; i += 64u) {
    let row = min(first + i / HEAD_FOURS, params.keys - 1u);
    tile[i] = k[(row * KEY_VALUE_HEADS + head) * HEAD_FOURS + i % HEAD_FOURS];
  }
}

fn load_values(lane: u32, first: u32, head: u32) {
  for (var i = lane; i < TILE * HEAD_FOURS; i += 64u) {
    let row = min(first + i / HEAD_FOURS, params.keys - 1u);
    tile[i] = v[(row * KEY_VALUE_HEADS + head) * HEAD_FOURS + i % HEAD_FOURS];
  }
}

@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let own = lane / 8u;
  let slot = lane % 8u;
  let head = id.y;
  let key_head = head / (HEADS / KEY_VALUE_HEADS);
  let query = id.x * OWN + own;
  let at = (min(query, params.rows - 1u) * HEADS + head) * HEAD_FOURS;
  let end = keys_end(id.x * OWN + OWN - 1u);
  var sums: array<vec4f, MOST_FOURS>;
  var maximum = -3.0e38;
  var total = 0.0;
  for (var first = first_key(id.x * OWN); first < end; first += TILE) {
    load_keys(lane, first, key_head);
    workgroupBarrier();
    for (var j = slot; j < TILE; j += 8u) {
      var score = -3.4e38;
      if (sees(query, first + j)) {
        score = 0.0;
        for (var d = 0u; d < HEAD_FOURS; d++) { score += dot(q[at + d], tile[j * HEAD_FOURS + d]); }
        score *= params.scale;
      }
      weights[own * MOST_TILE + j] = score;
    }
    workgroupBarrier();
    load_values(lane, first, key_head);
    workgroupBarrier();
    var peak = maximum;
    for (var j = 0u; j < TILE; j++) { peak = max(peak, weights[own * MOST_TILE + j]); }
    let shrink = exp(maximum - peak);
    maximum = peak;
    total *= shrink;
    for (var i = 0u; i < FOURS_PER_LANE; i++) { sums[i] *= shrink; }
    for (var j = 0u; j < TILE; j++) {
      let weight = select(0.0, exp(weights[own * MOST_TILE + j] - peak), sees(query, first + j));
      total += weight;
      for (var i = 0u; i < FOURS_PER_LANE; i++) { sums[i] += weight * tile[j * HEAD_FOURS + i * 8u + slot]; }
    }
    workgroupBarrier();
  }
  if (query >= params.rows) { return; }
  for (var i = 0u; i < FOURS_PER_LANE; i++) {
    if (i * 8u + slot < HEAD_FOURS) { o[at + i * 8u + slot] = sums[i] / total; }
  }
  if (slot == 0u) { lse_out[query * HEADS + head] = maximum + log(total); }
}

@compute @workgroup_size(64)
fn relevance_queries(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let own = lane / 8u;
  let slot = lane % 8u;
  let head = id.y;
  let key_head = head / (HEADS / KEY_VALUE_HEADS);
  let query = id.x * OWN + own;
  let row = min(query, params.rows - 1u) * HEADS + head;
  let at = row * HEAD_FOURS;
  let end = keys_end(id.x * OWN + OWN - 1u);
  var sums: array<vec4f, MOST_FOURS>;
  for (var first = first_key(id.x * OWN); first < end; first += TILE) {
    load_values(lane, first, key_head);
    workgroupBarrier();
    for (var j = slot; j < TILE; j += 8u) {
      var slope = -delta[row];
      for (var d = 0u; d < HEAD_FOURS; d++) { slope += dot(g_o[at + d], tile[j * HEAD_FOURS + d]); }
      slopes[own * MOST_TILE + j] = slope;
    }
    workgroupBarrier();
    load_keys(lane, first, key_head);
    workgroupBarrier();
    for (var j = slot; j < TILE; j += 8u) {
      var score = 0.0;
      for (var d = 0u; d < HEAD_FOURS; d++) { score += dot(q[at + d], tile[j * HEAD_FOURS + d]); }
      let weight = select(0.0, exp(params.scale * score - lse[row]), sees(query, first + j));
      slopes[own * MOST_TILE + j] *= weight;
    }
    workgroupBarrier();
    for (var j = 0u; j < TILE; j++) {
      let slope = slopes[own * MOST_TILE + j];
      for (var i = 0u; i < FOURS_PER_LANE; i++) { sums[i] += slope * tile[j * HEAD_FOURS + i * 8u + slot]; }
    }
    workgroupBarrier();
  }
  if (query >= params.rows) { return; }
  for (var i = 0u; i < FOURS_PER_LANE; i++) {
    if (i * 8u + slot < HEAD_FOURS) { g_q[at + i * 8u + slot] = params.query_key * params.scale * sums[i]; }
  }
}

fn load_queries(lane: u32, first: u32, head: u32) {
  for (var i = lane; i < TILE * HEAD_FOURS; i += 64u) {
    let row = min(first + i / HEAD_FOURS, params.rows - 1u);
    tile[i] = q[(row * HEADS + head) * HEAD_FOURS + i % HEAD_FOURS];
  }
}

fn load_multipliers(lane: u32, first: u32, head: u32) {
  for (var i = lane; i < TILE * HEAD_FOURS; i += 64u) {
    let row = min(first + i / HEAD_FOURS, params.rows - 1u);
    tile[i] = g_o[(row * HEADS + head) * HEAD_FOURS + i % HEAD_FOURS];
  }
}

// Without a cache only (offset 0): every query that sees these keys is among the rows.
@compute @workgroup_size(64)
fn relevance_keys_values(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let own = lane / 8u;
  let slot = lane % 8u;
  let key_head = id.y;
  let key = id.x * OWN + own;
  let at = (min(key, params.keys - 1u) * KEY_VALUE_HEADS + key_head) * HEAD_FOURS;
  let begin = select(0u, id.x * OWN, params.causal == 1u);
  let end = select(params.rows, min(params.rows, id.x * OWN + OWN - 1u + params.window), params.window > 0u);
  var key_sums: array<vec4f, MOST_FOURS>;
  var value_sums: array<vec4f, MOST_FOURS>;
  for (var member = 0u; member < HEADS / KEY_VALUE_HEADS; member++) {
    let head = key_head * (HEADS / KEY_VALUE_HEADS) + member;
    for (var first = begin; first < end; first += TILE) {
      load_queries(lane, first, head);
      workgroupBarrier();
      for (var i = slot; i < TILE; i += 8u) {
        var score = 0.0;
        for (var d = 0u; d < HEAD_FOURS; d++) { score += dot(k[at + d], tile[i * HEAD_FOURS + d]); }
        let row = min(first + i, params.rows - 1u) * HEADS + head;
        weights[own * MOST_TILE + i] = select(0.0, exp(params.scale * score - lse[row]), sees(first + i, key));
      }
      workgroupBarrier();
      load_multipliers(lane, first, head);
      workgroupBarrier();
      for (var i = slot; i < TILE; i += 8u) {
        var slope = -delta[min(first + i, params.rows - 1u) * HEADS + head];
        for (var d = 0u; d < HEAD_FOURS; d++) { slope += dot(v[at + d], tile[i * HEAD_FOURS + d]); }
        slopes[own * MOST_TILE + i] = weights[own * MOST_TILE + i] * slope;
      }
      for (var i = 0u; i < TILE; i++) {
        let weight = weights[own * MOST_TILE + i];
        for (var n = 0u; n < FOURS_PER_LANE; n++) { value_sums[n] += weight * tile[i * HEAD_FOURS + n * 8u + slot]; }
      }
      workgroupBarrier();
      load_queries(lane, first, head);
      workgroupBarrier();
      for (var i = 0u; i < TILE; i++) {
        let slope = slopes[own * MOST_TILE + i];
        for (var n = 0u; n < FOURS_PER_LANE; n++) { key_sums[n] += slope * tile[i * HEAD_FOURS + n * 8u + slot]; }
      }
      workgroupBarrier();
    }
  }
  if (key >= params.keys) { return; }
  for (var n = 0u; n < FOURS_PER_LANE; n++) {
    if (n * 8u + slot < HEAD_FOURS) {
      g_v[at + n * 8u + slot] = params.value * value_sums[n];
      g_k[at + n * 8u + slot] = params.query_key * params.scale * key_sums[n];
    }
  }
}
