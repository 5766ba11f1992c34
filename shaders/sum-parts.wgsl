// y = Σ_p x_p: what several workgroups made of the same tensor, each in a copy of its own. Four numbers a lane.
struct Params { parts: u32, fours: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [part][numbers of y in fours]
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = id.x + id.y * groups.x * 64u;
  if (at >= params.fours) { return; }
  var sum = x[at];
  for (var part = 1u; part < params.parts; part++) { sum += x[part * params.fours + at]; }
  y[at] = sum;
}
