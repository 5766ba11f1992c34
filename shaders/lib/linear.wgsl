// What the kernels of a linear layer share: y = x · Wᵀ + b + r (linear.wgsl), how rows of x and W are found, and how y is
// stored.
struct Params {
  rows: u32, inner: u32, outer: u32, octets: u32,
  x_offset: u32, x_stride: u32, y_offset: u32, y_stride: u32,
  has_bias: u32, has_residual: u32, accumulate: u32, first_row: u32, first_token: u32,
  factor: f32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<storage, read> residual: array<f32>;

override LANES: u32; // of a workgroup

fn row_start(token: u32) -> u32 { return min(token, params.rows - 1u) * params.x_stride + params.x_offset; }

fn store(row: u32, column: u32, value: f32) {
  if (row >= params.rows || column >= params.outer) { return; }
  let at = row * params.y_stride + params.y_offset + column;
  var sum = value;
  if (params.has_bias == 1u) { sum += bias[params.y_offset + column]; }
  if (params.has_residual == 1u) { sum += residual[at]; }
  if (params.accumulate == 1u) { sum += y[at]; }
  y[at] = sum;
}

fn octet_row(row: u32) -> u32 { return min(row, params.outer - 1u) * params.octets; }
fn product(w: Octet, e: Columns) -> f32 { return w.scale * (dot(w.low, e.low) + dot(w.high, e.high)); }

// Where four rows of W begin that neighbouring lanes interleave.
fn four_rows(row: u32) -> vec4u {
  return vec4u(octet_row(row), octet_row(row + LANES), octet_row(row + 2u * LANES), octet_row(row + 3u * LANES));
}

// y = silu(gate) · up (swiglu.wgsl) of one row, where gate and up lie on top of each other in W, params.outer rows each.
fn store_gated(column: u32, gate: f32, up: f32) { store(0u, column, gate / (1.0 + exp(-gate)) * up); }
