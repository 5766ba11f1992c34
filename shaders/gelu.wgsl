// y = z · Φ(z), Φ the normal distribution function: exactly (erf = 1), or by its tanh approximation.
// Relevance (AttnLRP Eq. 9, identity rule): g_z = g_y · y/z = g_y · Φ(z), in closed form, no division.
// Gradient (derivative = 1): g_z = g_y · (Φ(z) + z · Φ'(z)).
struct Params { count: u32, erf: u32, derivative: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(3) var<storage, read> g_y: array<f32>;
@group(0) @binding(4) var<storage, read_write> g_x: array<f32>;

// Abramowitz and Stegun 7.1.26: absolute error below 1.5e-7.
fn error_function(value: f32) -> f32 {
  let t = 1.0 / (1.0 + 0.3275911 * abs(value));
  let polynomial = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return sign(value) * (1.0 - polynomial * exp(-value * value));
}

const SQRT_HALF = 0.70710678118654752;
const SQRT_2_OVER_PI = 0.79788456080286536;
const CUBIC = 0.044715;

// The argument is kept where tanh is 1 in f32 anyway: some drivers overflow beyond.
fn tanh_of(z: f32) -> f32 { return tanh(clamp(SQRT_2_OVER_PI * (z + CUBIC * z * z * z), -15.0, 15.0)); }

fn ratio(z: f32) -> f32 {
  if (params.erf == 1u) { return 0.5 * (1.0 + error_function(z * SQRT_HALF)); }
  return 0.5 * (1.0 + tanh_of(z));
}

fn ratio_slope(z: f32) -> f32 {
  if (params.erf == 1u) { return 0.5 * SQRT_2_OVER_PI * exp(-0.5 * z * z); }
  let t = tanh_of(z);
  return 0.5 * (1.0 - t * t) * SQRT_2_OVER_PI * (1.0 + 3.0 * CUBIC * z * z);
}

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = id.x + id.y * groups.x * 64u;
  if (at < params.count) { y[at] = x[at] * ratio(x[at]); }
}

@compute @workgroup_size(64)
fn relevance(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = id.x + id.y * groups.x * 64u;
  if (at >= params.count) { return; }
  let z = x[at];
  let slope = ratio(z) + select(0.0, z * ratio_slope(z), params.derivative == 1u);
  g_x[at] = g_y[at] * slope;
}
