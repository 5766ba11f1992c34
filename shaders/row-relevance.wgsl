// Relevance of rows: result[offset + r] (+)= factor · Σ_d x[r, d] · g[r, d].
// x_stride = 0 reads one row of x for all rows: what a bias absorbs (AttnLRP section 3.1: it keeps b · g).
struct Params { rows: u32, width: u32, x_stride: u32, offset: u32, factor: f32, accumulate: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> g: array<f32>;
@group(0) @binding(3) var<storage, read_write> result: array<f32>;

fn store(row: u32, sum: f32) {
  let at = params.offset + row;
  result[at] = select(0.0, result[at], params.accumulate == 1u) + params.factor * sum;
}

// A workgroup per row.
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = id.x + id.y * grid.x;
  if (row >= params.rows) { return; }
  var sum = 0.0;
  for (var d = lane; d < params.width; d += 64u) { sum += x[row * params.x_stride + d] * g[row * params.width + d]; }
  let total = workgroup_sum(sum, lane);
  if (lane == 0u) { store(row, total); }
}

// A lane per row, for processors: barriers cost them more than the sum. It is taken in parts, so that long rows stay exact.
@compute @workgroup_size(8)
fn forward_by_lane(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) grid: vec3u) {
  let row = id.x + id.y * grid.x * 8u;
  if (row >= params.rows) { return; }
  var sum = 0.0;
  for (var first = 0u; first < params.width; first += 32u) {
    var part = 0.0;
    for (var d = first; d < min(first + 32u, params.width); d++) {
      part += x[row * params.x_stride + d] * g[row * params.width + d];
    }
    sum += part;
  }
  store(row, sum);
}
