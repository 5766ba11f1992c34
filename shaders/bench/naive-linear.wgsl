// linear.wgsl as one would write it first: a thread per number of the result, each word read wherever it is needed. What
// the real kernels are timed against and compared with. W [outer, inner] lies in octets (lib/weight-*.wgsl).
struct Params { rows: u32, inner: u32, outer: u32, octets: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

fn one_of(w: Octet, column: u32) -> f32 {
  return w.scale * select(w.low[column % 4u], w.high[column % 4u], column % 8u >= 4u);
}

// y = x · Wᵀ
@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.outer) { return; }
  var sum = 0.0;
  for (var k = 0u; k < params.inner; k++) {
    sum += x[id.y * params.inner + k] * one_of(octet(id.x * params.octets + k / 8u), k);
  }
  y[id.y * params.outer + id.x] = sum;
}

// g_x = g_y · W, where x is g_y and y is g_x
@compute @workgroup_size(64)
fn relevance(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.inner) { return; }
  var sum = 0.0;
  for (var n = 0u; n < params.outer; n++) {
    sum += x[id.y * params.outer + n] * one_of(octet(n * params.octets + id.x / 8u), id.x);
  }
  y[id.y * params.inner + id.x] = sum;
}
