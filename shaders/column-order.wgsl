// Weights whose columns were sorted by group (GPTQ act-order): stored column i belongs to input order[i].
// gather: y[r, i] = x[r, order[i]], before the product. scatter: y[r, order[i]] = x[r, i], its way back; order is a
// permutation, so every place is written once.
struct Params { count: u32, width: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> order: array<u32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn gather(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) grid: vec3u) {
  let i = id.x + id.y * grid.x * 64u;
  if (i >= params.count) { return; }
  let column = i % params.width;
  y[i] = x[i - column + order[column]];
}

@compute @workgroup_size(64)
fn scatter(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) grid: vec3u) {
  let i = id.x + id.y * grid.x * 64u;
  if (i >= params.count) { return; }
  let column = i % params.width;
  y[i - column + order[column]] = x[i];
}
