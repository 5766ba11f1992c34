// Relevance of rows: result[offset + r] (+)= factor · Σ_d x[r, d] · g[r, d].
// x_stride = 0 reads one row of x for all rows: what a bias absorbs (AttnLRP section 3.1: it keeps b · g).
struct Params { rows: u32, width: u32, x_stride: u32, offset: u32, factor: f32, accumulate: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> g: array<f32>;
@group(0) @binding(3) var<storage, read_write> result: array<f32>;

// A workgroup per row.
@compute @workgroup_size(SUM_LANES)
fn forward(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = id.x + id.y * grid.x;
  if (row >= params.rows) { return; }
  var sum = 0.0;
  for (var d = lane; d < params.width; d += SUM_LANES) { sum += x[row * params.x_stride + d] * g[row * params.width + d]; }
  let total = workgroup_sum(sum, lane);
  if (lane > 0u) { return; }
  let at = params.offset + row;
  result[at] = select(0.0, result[at], params.accumulate == 1u) + params.factor * total;
}
