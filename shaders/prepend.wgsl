// Class tokens above image patches: y = the rows of up to two vectors, then those of x.
// Relevance: g_x is g_y without the rows of the class tokens, which are constants and keep token · g.
struct Params { count: u32, width: u32, tokens: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> first_token: array<f32>;
@group(0) @binding(3) var<storage, read> second_token: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
@group(0) @binding(5) var<storage, read> g_y: array<f32>;
@group(0) @binding(6) var<storage, read_write> g_x: array<f32>;

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = id.x + id.y * groups.x * 64u;
  if (at >= params.count) { return; }
  let column = at % params.width;
  let row = at / params.width;
  if (row >= params.tokens) { y[at] = x[at - params.tokens * params.width]; }
  else { y[at] = select(second_token[column], first_token[column], row == 0u); }
}

@compute @workgroup_size(64)
fn relevance(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = id.x + id.y * groups.x * 64u;
  if (at < params.count) { g_x[at] = g_y[at + params.tokens * params.width]; }
}
