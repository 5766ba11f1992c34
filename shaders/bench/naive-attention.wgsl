// attention.wgsl as the textbook has it: the whole T × T matrix of every head in memory, a thread per number of the
// result. What the real kernels are timed against and compared with; it shares no step with them. Without a window.
//   S = s · q·k,  P = softmax(S),  o = P v
//   g_v = value · Pᵀ g_o;  dP = g_o · v,  G = P ∘ (dP − Σ P ∘ dP);  g_q = share · s · G k,  g_k = share · s · Gᵀ q
struct Params {
  rows: u32, heads: u32, key_value_heads: u32, head_size: u32,
  causal: u32, scale: f32, value: f32, query_key: f32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<f32>;
@group(0) @binding(2) var<storage, read> k: array<f32>;
@group(0) @binding(3) var<storage, read> v: array<f32>;
@group(0) @binding(4) var<storage, read> g_o: array<f32>;
@group(0) @binding(5) var<storage, read_write> p: array<f32>; // [head][query][key]
@group(0) @binding(6) var<storage, read_write> slopes: array<f32>; // likewise: dP, then G
@group(0) @binding(7) var<storage, read_write> result: array<f32>;

struct Pair { head: u32, query: u32, key: u32, inside: bool }
fn pair_of(index: u32) -> Pair {
  let square = params.rows * params.rows;
  return Pair(index / square, index / params.rows % params.rows, index % params.rows, index < params.heads * square);
}

fn key_head_of(head: u32) -> u32 { return head / (params.heads / params.key_value_heads); }
fn query_at(row: u32, head: u32) -> u32 { return (row * params.heads + head) * params.head_size; }
fn key_at(row: u32, head: u32) -> u32 { return (row * params.key_value_heads + head) * params.head_size; }
fn index_of(id: vec3u, grid: vec3u, lane: u32) -> u32 { return (id.x + id.y * grid.x) * 64u + lane; }

@compute @workgroup_size(64)
fn scores(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = index_of(id, grid, lane);
  let at = pair_of(index);
  if (!at.inside) { return; }
  var sum = 0.0;
  for (var d = 0u; d < params.head_size; d++) {
    sum += q[query_at(at.query, at.head) + d] * k[key_at(at.key, key_head_of(at.head)) + d];
  }
  p[index] = select(sum * params.scale, -3.0e38, params.causal == 1u && at.key > at.query);
}

// A thread per row of P.
@compute @workgroup_size(64)
fn softmax(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = index_of(id, grid, lane);
  if (row >= params.heads * params.rows) { return; }
  let start = row * params.rows;
  var peak = -3.0e38;
  for (var j = 0u; j < params.rows; j++) { peak = max(peak, p[start + j]); }
  var sum = 0.0;
  for (var j = 0u; j < params.rows; j++) { sum += exp(p[start + j] - peak); }
  for (var j = 0u; j < params.rows; j++) { p[start + j] = exp(p[start + j] - peak) / sum; }
}

// One number of a query: Σ over the keys of a row of P or G · the same column of the keys' side.
struct Place { row: u32, head: u32, column: u32 }
fn place_of(index: u32, heads: u32) -> Place {
  return Place(index / (heads * params.head_size), index / params.head_size % heads, index % params.head_size);
}

@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = index_of(id, grid, lane);
  let at = place_of(index, params.heads);
  if (at.row >= params.rows) { return; }
  var sum = 0.0;
  for (var j = 0u; j < params.rows; j++) {
    sum += p[(at.head * params.rows + at.row) * params.rows + j] * v[key_at(j, key_head_of(at.head)) + at.column];
  }
  result[index] = sum;
}

@compute @workgroup_size(64)
fn products(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = index_of(id, grid, lane);
  let at = pair_of(index);
  if (!at.inside) { return; }
  var sum = 0.0;
  for (var d = 0u; d < params.head_size; d++) {
    sum += g_o[query_at(at.query, at.head) + d] * v[key_at(at.key, key_head_of(at.head)) + d];
  }
  slopes[index] = sum;
}

// A thread per row of G.
@compute @workgroup_size(64)
fn centre(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = index_of(id, grid, lane);
  if (row >= params.heads * params.rows) { return; }
  let start = row * params.rows;
  var mean = 0.0;
  for (var j = 0u; j < params.rows; j++) { mean += p[start + j] * slopes[start + j]; }
  for (var j = 0u; j < params.rows; j++) { slopes[start + j] = p[start + j] * (slopes[start + j] - mean); }
}

@compute @workgroup_size(64)
fn relevance_queries(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = index_of(id, grid, lane);
  let at = place_of(index, params.heads);
  if (at.row >= params.rows) { return; }
  var sum = 0.0;
  for (var j = 0u; j < params.rows; j++) {
    sum += slopes[(at.head * params.rows + at.row) * params.rows + j] * k[key_at(j, key_head_of(at.head)) + at.column];
  }
  result[index] = params.query_key * params.scale * sum;
}

@compute @workgroup_size(64)
fn relevance_keys(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = index_of(id, grid, lane);
  let at = place_of(index, params.key_value_heads);
  if (at.row >= params.rows) { return; }
  var sum = 0.0;
  for (var head = 0u; head < params.heads; head++) {
    if (key_head_of(head) != at.head) { continue; }
    for (var i = 0u; i < params.rows; i++) {
      sum += slopes[(head * params.rows + i) * params.rows + at.row] * q[query_at(i, head) + at.column];
    }
  }
  result[index] = params.query_key * params.scale * sum;
}

@compute @workgroup_size(64)
fn relevance_values(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = index_of(id, grid, lane);
  let at = place_of(index, params.key_value_heads);
  if (at.row >= params.rows) { return; }
  var sum = 0.0;
  for (var head = 0u; head < params.heads; head++) {
    if (key_head_of(head) != at.head) { continue; }
    for (var i = 0u; i < params.rows; i++) {
      sum += p[(head * params.rows + i) * params.rows + at.row] * g_o[query_at(i, head) + at.column];
    }
  }
  result[index] = params.value * sum;
}
