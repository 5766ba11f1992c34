// y = (x − mean(x)) · r · w + b,  r = 1/√(variance + ε), a workgroup per row.
// Relevance (AttnLRP Prop. 3.4): r is a constant, centring is linear, so with t = g_y · w:  g_x = r · (t − mean(t)).
// The bias keeps b · g_y. Gradient (derivative = 1): g_x = r · (t − mean(t) − n · mean(n · t)),  n = (x − mean) · r.
struct Params { rows: u32, width: u32, epsilon: f32, derivative: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
@group(0) @binding(5) var<storage, read> g_y: array<f32>;
@group(0) @binding(6) var<storage, read_write> g_x: array<f32>;

// `mean` as one sum gives it; `rest`, the mean of what that leaves, keeps the digits that rows far from 0 would lose.
struct Statistics { mean: f32, rest: f32, r: f32 }

fn centred(at: u32, row: Statistics) -> f32 { return x[at] - row.mean - row.rest; }

// The square of a large mean would drown the variance: it is taken from centred values.
fn statistics_of(start: u32, lane: u32) -> Statistics {
  let width = f32(params.width);
  var row = Statistics();
  var sum = 0.0;
  for (var i = lane; i < params.width; i += SUM_LANES) { sum += x[start + i]; }
  row.mean = workgroup_sum(sum, lane) / width;
  sum = 0.0;
  for (var i = lane; i < params.width; i += SUM_LANES) { sum += x[start + i] - row.mean; }
  row.rest = workgroup_sum(sum, lane) / width;
  sum = 0.0;
  for (var i = lane; i < params.width; i += SUM_LANES) {
    let value = centred(start + i, row);
    sum += value * value;
  }
  row.r = inverseSqrt(workgroup_sum(sum, lane) / width + params.epsilon);
  return row;
}

@compute @workgroup_size(SUM_LANES)
fn forward(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = id.x + id.y * grid.x;
  if (index >= params.rows) { return; }
  let start = index * params.width;
  let row = statistics_of(start, lane);
  for (var i = lane; i < params.width; i += SUM_LANES) { y[start + i] = centred(start + i, row) * row.r * weight[i] + bias[i]; }
}

@compute @workgroup_size(SUM_LANES)
fn relevance(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = id.x + id.y * grid.x;
  if (index >= params.rows) { return; }
  let start = index * params.width;
  let row = statistics_of(start, lane);
  var sum = 0.0;
  var projection = 0.0;
  for (var i = lane; i < params.width; i += SUM_LANES) {
    let t = g_y[start + i] * weight[i];
    sum += t;
    projection += t * centred(start + i, row) * row.r;
  }
  let mean_t = workgroup_sum(sum, lane) / f32(params.width);
  let mean_n_t = workgroup_sum(projection, lane) / f32(params.width) * f32(params.derivative);
  for (var i = lane; i < params.width; i += SUM_LANES) {
    g_x[start + i] = row.r * (g_y[start + i] * weight[i] - mean_t - centred(start + i, row) * row.r * mean_n_t);
  }
}

// The identity rule on the norm as a whole, R(x) = R(y), some implementations prefer: g_x = g_y · y/x, 0 where x = 0.
@compute @workgroup_size(SUM_LANES)
fn relevance_of_whole(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = id.x + id.y * grid.x;
  if (index >= params.rows) { return; }
  let start = index * params.width;
  let row = statistics_of(start, lane);
  for (var i = lane; i < params.width; i += SUM_LANES) {
    let value = x[start + i];
    let normed = centred(start + i, row) * row.r * weight[i] + bias[i];
    g_x[start + i] = select(g_y[start + i] * normed / value, 0.0, value == 0.0);
  }
}
