// y = one row of x. Relevance: a selection, so that row of g_x is g_y and every other row is 0.
struct Params { rows: u32, width: u32, row: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(3) var<storage, read> g_y: array<f32>;
@group(0) @binding(4) var<storage, read_write> g_x: array<f32>;

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < params.width) { y[id.x] = x[params.row * params.width + id.x]; }
}

@compute @workgroup_size(64)
fn relevance(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = id.x + id.y * groups.x * 64u;
  if (at < params.rows * params.width) { g_x[at] = select(0.0, g_y[at % params.width], at / params.width == params.row); }
}
