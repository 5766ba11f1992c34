// y = silu(gate) · up.
// Relevance: identity rule on silu (AttnLRP Eq. 9), silu(z)/z = σ(z), and the uniform rule on the product (Prop. 3.2)
// with the shares of the method: g_gate = share_gate · g_y · up · σ(gate),  g_up = share_up · g_y · silu(gate).
// Gradient (derivative = 1): σ(z)(1 + z(1 − σ(z))) in place of σ(z), both shares 1.
// Four numbers a lane: what lies behind the last of a tensor, up to three, belongs to its buffer and to nobody.
struct Params { count: u32, share_gate: f32, share_up: f32, derivative: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gate: array<vec4f>;
@group(0) @binding(2) var<storage, read> up: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(4) var<storage, read> g_y: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> g_gate: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> g_up: array<vec4f>;

fn sigmoid(z: vec4f) -> vec4f { return 1.0 / (1.0 + exp(-z)); }

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = id.x + id.y * groups.x * 64u;
  if (4u * at < params.count) { y[at] = gate[at] * sigmoid(gate[at]) * up[at]; }
}

@compute @workgroup_size(64)
fn relevance(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = id.x + id.y * groups.x * 64u;
  if (4u * at >= params.count) { return; }
  let z = gate[at];
  let s = sigmoid(z);
  let slope = select(s, s * (1.0 + z * (1.0 - s)), params.derivative == 1u);
  g_gate[at] = params.share_gate * g_y[at] * up[at] * slope;
  g_up[at] = params.share_up * g_y[at] * z * s;
}
