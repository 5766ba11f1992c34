// rms-norm.wgsl and layer-norm.wgsl as one would write them first: a thread per number of the result, which adds up its
// whole row by itself. What the real kernels are timed against and compared with.
struct Params { rows: u32, width: u32, epsilon: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> g_y: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>; // or g_x

fn mean_of(row: u32) -> f32 {
  var sum = 0.0;
  for (var i = 0u; i < params.width; i++) { sum += x[row * params.width + i]; }
  return sum / f32(params.width);
}

// 1/√(mean((x − centre)²) + ε)
fn reciprocal(row: u32, centre: f32) -> f32 {
  var sum = 0.0;
  for (var i = 0u; i < params.width; i++) {
    let value = x[row * params.width + i] - centre;
    sum += value * value;
  }
  return 1.0 / sqrt(sum / f32(params.width) + params.epsilon);
}

@compute @workgroup_size(64)
fn rms_forward(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.width) { return; }
  let at = id.y * params.width + id.x;
  y[at] = x[at] * reciprocal(id.y, 0.0) * weight[id.x];
}

@compute @workgroup_size(64)
fn rms_relevance(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.width) { return; }
  let at = id.y * params.width + id.x;
  y[at] = g_y[at] * weight[id.x] * reciprocal(id.y, 0.0);
}

@compute @workgroup_size(64)
fn layer_forward(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.width) { return; }
  let at = id.y * params.width + id.x;
  let mean = mean_of(id.y);
  y[at] = (x[at] - mean) * reciprocal(id.y, mean) * weight[id.x] + bias[id.x];
}

@compute @workgroup_size(64)
fn layer_relevance(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.width) { return; }
  let at = id.y * params.width + id.x;
  var sum = 0.0;
  for (var i = 0u; i < params.width; i++) { sum += g_y[id.y * params.width + i] * weight[i]; }
  let r = reciprocal(id.y, mean_of(id.y));
  y[at] = r * (g_y[at] * weight[id.x] - sum / f32(params.width));
}
