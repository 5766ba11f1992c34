// Rows of a table. forward: y[r] = W[ids[r]], the token embedding; the leaf where relevance is read.
// seed: g[d] = Σ_i c_i W[ids[i], d] + shift · mean[d], the multiplier of the last hidden state when the explained score is
// Σ_i c_i logit[ids[i]] + shift · mean(logits): a gather of rows of the head, never the product over the vocabulary.
// A table may lie in shards: each run covers the rows [first, first + count) and leaves the others as they are.
struct Params { rows: u32, width: u32, octets: u32, first: u32, count: u32, begin: u32, shift: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> ids: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(3) var<storage, read> coefficients: array<f32>;
@group(0) @binding(4) var<storage, read> mean_row: array<f32>;

fn in_shard(token: u32) -> bool { return token >= params.first && token < params.first + params.count; }

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  let row = id.y;
  if (column >= params.octets) { return; }
  let token = ids[row];
  if (!in_shard(token)) { return; }
  let w = octet((token - params.first) * params.octets + column);
  for (var i = 0u; i < 8u; i++) {
    let at = column * 8u + i;
    if (at < params.width) { y[row * params.width + at] = w.scale * select(w.high[i & 3u], w.low[i & 3u], i < 4u); }
  }
}

@compute @workgroup_size(64)
fn seed(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  if (column >= params.octets) { return; }
  var low = vec4f();
  var high = vec4f();
  for (var i = 0u; i < params.rows; i++) {
    if (in_shard(ids[i])) {
      let w = octet((ids[i] - params.first) * params.octets + column);
      low += coefficients[i] * w.scale * w.low;
      high += coefficients[i] * w.scale * w.high;
    }
  }
  for (var i = 0u; i < 8u; i++) {
    let at = column * 8u + i;
    if (at < params.width) {
      // Without a shift mean_row is any buffer, and 0 times what lies in it need not be 0.
      let mean = select(0.0, params.shift * mean_row[at], params.shift != 0.0);
      let start = select(y[at], mean, params.begin == 1u);
      y[at] = start + select(high[i & 3u], low[i & 3u], i < 4u);
    }
  }
}
