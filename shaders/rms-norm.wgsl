// y = x · r · w,  r = 1/√(mean(x²) + ε), over groups of `width` columns (a row, or one head of it), a workgroup each.
// Groups of a row beyond those that w covers (value heads beside query and key heads) stay as they are.
// Relevance (AttnLRP Prop. 3.4): r is a constant, so g_x = g_y · w · r.
// Gradient (derivative = 1): g_x = r · (t − n · mean(n · t)),  t = g_y · w,  n = x · r.
struct Params { groups: u32, width: u32, groups_of_row: u32, covered: u32, epsilon: f32, derivative: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<storage, read> g_y: array<f32>;
@group(0) @binding(5) var<storage, read_write> g_x: array<f32>;

fn reciprocal_rms(start: u32, lane: u32) -> f32 {
  var sum = 0.0;
  for (var i = lane; i < params.width; i += SUM_LANES) { sum += x[start + i] * x[start + i]; }
  return inverseSqrt(workgroup_sum(sum, lane) / f32(params.width) + params.epsilon);
}

@compute @workgroup_size(SUM_LANES)
fn forward(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let group = id.x + id.y * grid.x;
  if (group >= params.groups) { return; }
  let start = group * params.width;
  let place = group % params.groups_of_row;
  if (place >= params.covered) {
    for (var i = lane; i < params.width; i += SUM_LANES) { y[start + i] = x[start + i]; }
    return;
  }
  let w = place * params.width;
  let r = reciprocal_rms(start, lane);
  for (var i = lane; i < params.width; i += SUM_LANES) { y[start + i] = x[start + i] * r * weight[w + i]; }
}

@compute @workgroup_size(SUM_LANES)
fn relevance(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let group = id.x + id.y * grid.x;
  if (group >= params.groups) { return; }
  let start = group * params.width;
  let place = group % params.groups_of_row;
  if (place >= params.covered) {
    for (var i = lane; i < params.width; i += SUM_LANES) { g_x[start + i] = g_y[start + i]; }
    return;
  }
  let w = place * params.width;
  let r = reciprocal_rms(start, lane);
  var projection = 0.0;
  if (params.derivative == 1u) {
    for (var i = lane; i < params.width; i += SUM_LANES) {
      projection += x[start + i] * r * g_y[start + i] * weight[w + i];
    }
    projection = workgroup_sum(projection, lane) / f32(params.width);
  }
  for (var i = lane; i < params.width; i += SUM_LANES) {
    g_x[start + i] = r * (g_y[start + i] * weight[w + i] - x[start + i] * r * projection);
  }
}
