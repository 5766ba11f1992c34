// y = a + b. Relevance (AttnLRP section 3, fan-in of a sum): both inputs take the multiplier of y as it is, so there is
// no kernel for it; the same kernel adds the multipliers of a tensor that is used twice. Four numbers a lane: what lies
// behind the last of a tensor, up to three, belongs to its buffer and to nobody.
struct Params { count: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = id.x + id.y * groups.x * 64u;
  if (4u * at < params.count) { y[at] = a[at] + b[at]; }
}
