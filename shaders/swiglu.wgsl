// y = silu(gate) · up, where a row of x is gate and then up, `width` numbers each.
// Relevance: identity rule on silu (AttnLRP Eq. 9), silu(z)/z = σ(z), and the uniform rule on the product (Prop. 3.2)
// with the shares of the method: g_gate = share_gate · g_y · up · σ(gate),  g_up = share_up · g_y · silu(gate).
// Gradient (derivative = 1): σ(z)(1 + z(1 − σ(z))) in place of σ(z), both shares 1.
// Four numbers a lane: at once where rows are whole fours, else one by one.
struct Params { count: u32, width: u32, share_gate: f32, share_up: f32, derivative: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(3) var<storage, read> g_y: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> g_x: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> g_x_numbers: array<f32>;

override WHOLE_FOURS: u32;

fn sigmoid(z: vec4f) -> vec4f { return 1.0 / (1.0 + exp(-z)); }
fn gated(gate: vec4f, up: vec4f) -> vec4f { return gate * sigmoid(gate) * up; }

// Where the gate of number `at` of y stands in x; up is `width` behind it.
fn gate_of(at: u32) -> u32 { return at + at / params.width * params.width; }

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = 4u * (id.x + id.y * groups.x * 64u);
  if (first >= params.count) { return; }
  let gate = gate_of(first);
  if (WHOLE_FOURS == 1u) {
    y[first / 4u] = gated(x[gate / 4u], x[(gate + params.width) / 4u]);
    return;
  }
  for (var at = first; at < min(first + 4u, params.count); at++) {
    let own = gate_of(at);
    let other = own + params.width;
    y[at / 4u][at % 4u] = gated(vec4f(x[own / 4u][own % 4u]), vec4f(x[other / 4u][other % 4u])).x;
  }
}

struct Branches { gate: vec4f, up: vec4f }
fn back(z: vec4f, up: vec4f, g: vec4f) -> Branches {
  let s = sigmoid(z);
  let slope = select(s, s * (1.0 + z * (1.0 - s)), params.derivative == 1u);
  return Branches(params.share_gate * g * up * slope, params.share_up * g * z * s);
}

@compute @workgroup_size(64)
fn relevance(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = 4u * (id.x + id.y * groups.x * 64u);
  if (first >= params.count) { return; }
  let gate = gate_of(first);
  let up = gate + params.width;
  let found = back(x[gate / 4u], x[up / 4u], g_y[first / 4u]);
  g_x[gate / 4u] = found.gate;
  g_x[up / 4u] = found.up;
}

// Where rows are no whole fours: a number a lane, since neighbours must not write to one vector.
@compute @workgroup_size(64)
fn relevance_of_ragged(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = id.x + id.y * groups.x * 64u;
  if (at >= params.count) { return; }
  let gate = gate_of(at);
  let up = gate + params.width;
  let found = back(vec4f(x[gate / 4u][gate % 4u]), vec4f(x[up / 4u][up % 4u]), vec4f(g_y[at / 4u][at % 4u]));
  g_x_numbers[gate] = found.gate.x;
  g_x_numbers[up] = found.up.x;
}
