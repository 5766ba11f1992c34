// The results of one query over parts of its keys, put together: lse = log Σ_p exp(lse_p),  o = Σ_p exp(lse_p − lse) · o_p.
// A lane per four columns of o.
struct Params { parts: u32 }
override HEADS: u32;
override HEAD_FOURS: u32; // head size / 4
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> part_o: array<vec4f>; // [part][head][column]
@group(0) @binding(2) var<storage, read> part_lse: array<f32>; // [part][head]
@group(0) @binding(3) var<storage, read_write> o: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> lse_out: array<f32>;

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= HEADS * HEAD_FOURS) { return; }
  let head = id.x / HEAD_FOURS;
  var peak = part_lse[head];
  for (var part = 1u; part < params.parts; part++) { peak = max(peak, part_lse[part * HEADS + head]); }
  var total = 0.0;
  var sum = vec4f();
  for (var part = 0u; part < params.parts; part++) {
    let weight = exp(part_lse[part * HEADS + head] - peak);
    total += weight;
    sum += weight * part_o[part * HEADS * HEAD_FOURS + id.x];
  }
  o[id.x] = sum / total;
  if (id.x % HEAD_FOURS == 0u) { lse_out[head] = peak + log(total); }
}
