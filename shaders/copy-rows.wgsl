// y[offset + i] = x[i]: new keys and values go behind the cached ones, four numbers a lane: heads are multiples of four.
struct Params { count: u32, offset: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = id.x + id.y * groups.x * 64u;
  if (4u * at < params.count) { y[params.offset / 4u + at] = x[at]; }
}
