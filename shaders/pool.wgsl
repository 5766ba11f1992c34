// y = the mean of `count` rows of x from `first` on (count = 1: that row). Relevance: a linear map, so each of those rows
// gets g_y / count, and every other row 0.
struct Params { rows: u32, width: u32, first: u32, count: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(3) var<storage, read> g_y: array<f32>;
@group(0) @binding(4) var<storage, read_write> g_x: array<f32>;

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.width) { return; }
  var sum = 0.0;
  for (var row = params.first; row < params.first + params.count; row++) { sum += x[row * params.width + id.x]; }
  y[id.x] = sum / f32(params.count);
}

@compute @workgroup_size(64)
fn relevance(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = id.x + id.y * groups.x * 64u;
  if (at >= params.rows * params.width) { return; }
  let row = at / params.width;
  let inside = row >= params.first && row < params.first + params.count;
  g_x[at] = select(0.0, g_y[at % params.width] / f32(params.count), inside);
}
