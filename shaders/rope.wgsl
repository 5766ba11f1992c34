// Rotary embedding, rotate-half: the pair (x[i], x[i + half]) of a head turns by position · frequency[i].
// Relevance: a rotation is linear, so g turns by the opposite angle: the same kernel with direction = −1.
// Cosines and sines come from a table computed in float64: WGSL's own lose accuracy beyond a few turns.
struct Params { rows: u32, heads: u32, half_size: u32, first_position: u32, direction: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> table: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = id.x + id.y * groups.x * 64u;
  if (at >= params.rows * params.heads * params.half_size) { return; }
  let i = at % params.half_size;
  let head = at / params.half_size;
  let position = params.first_position + head / params.heads;
  let turn = table[position * params.half_size + i];
  let first = head * 2u * params.half_size + i;
  let second = first + params.half_size;
  let a = x[first];
  let b = x[second];
  let s = params.direction * turn.y;
  y[first] = a * turn.x - b * s;
  y[second] = b * turn.x + a * s;
}
