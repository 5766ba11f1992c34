// Relevance of y = x · Wᵀ + b by the γ-rule for signed inputs (AttnLRP section on ViTs), without a division by x:
//   P_j and N_j: the positive and the negative part of y_j = Σ_i x_i W_ji + b_j, summand by summand
//   m_j = g_j · y_j / (y_j + γ · (P_j where y_j > 0, else N_j))                       0 where y_j = 0
//   g_i = Σ_j m_j · (W_ji + γ · part),   part = W_ji where x_i W_ji has the sign of y_j, else 0   (x_i = 0 counts as +)
// Neither needs a choice per product. With A_j = Σ_i |x_i| |W_ji| + |b_j|, |P_j| or |N_j| is (|y_j| + A_j) / 2, which
// never cancels, and part is (W_ji + s_i s_j |W_ji|) / 2 with the signs s_i of x_i and s_j of y_j, so that
//   g_i = (1 + γ/2) · Σ_j m_j W_ji + γ/2 · s_i · Σ_j s_j m_j |W_ji|.
// So the sums over i and j are products with W and with γ/2 · |W|, which linear.wgsl makes; here are the steps between them. A
// bias keeps m_j · (b_j + γ · (b_j where it has the sign of y_j)).
struct Params { count: u32, width: u32, gamma: f32, has_bias: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read> magnitudes: array<f32>; // γ/2 · A, without |b|
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> g_y: array<f32>;
@group(0) @binding(5) var<storage, read_write> m: array<f32>;
@group(0) @binding(6) var<storage, read_write> signed_m: array<f32>; // s · m
@group(0) @binding(7) var<storage, read_write> bias_out: array<f32>;
@group(0) @binding(8) var<storage, read> x: array<f32>;
@group(0) @binding(9) var<storage, read> favoured: array<f32>; // γ/2 · Σ_j s_j m_j |W_ji|
@group(0) @binding(10) var<storage, read_write> g_x: array<f32>; // Σ_j m_j W_ji, and what comes of it

@compute @workgroup_size(64)
fn prepare(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = id.x + id.y * groups.x * 64u;
  if (at >= params.count) { return; }
  let b = select(0.0, bias[at % params.width], params.has_bias == 1u);
  let value = y[at];
  let part = magnitudes[at] + 0.5 * params.gamma * (abs(value) + abs(b));
  let multiplier = g_y[at] * select(abs(value) / (abs(value) + part), 0.0, value == 0.0);
  m[at] = multiplier;
  signed_m[at] = multiplier * sign(value);
  bias_out[at] = b * select(1.0, 1.0 + params.gamma, b * value > 0.0);
}

@compute @workgroup_size(64)
fn combine(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = id.x + id.y * groups.x * 64u;
  if (at >= params.count) { return; }
  g_x[at] = (1.0 + 0.5 * params.gamma) * g_x[at] + select(-favoured[at], favoured[at], x[at] >= 0.0);
}
