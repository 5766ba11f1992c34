// What the relevance of attention needs of every row of a head: its log Σ exp, which forward saved, and D = g_o · o
// (attention.wgsl), side by side. A lane per row, since few lanes to a row would idle most of a workgroup.
struct Params { rows: u32 }
struct RowOfHead { lse: f32, delta: f32 }
override HEAD_FOURS: u32; // head size / 4
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> o: array<vec4f>;
@group(0) @binding(2) var<storage, read> g_o: array<vec4f>;
@group(0) @binding(3) var<storage, read> lse: array<f32>;
@group(0) @binding(4) var<storage, read_write> rows_of_heads: array<RowOfHead>;

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = id.x + id.y * groups.x * 64u;
  if (row >= params.rows) { return; }
  var delta = 0.0;
  for (var d = 0u; d < HEAD_FOURS; d++) { delta += dot(o[row * HEAD_FOURS + d], g_o[row * HEAD_FOURS + d]); }
  rows_of_heads[row] = RowOfHead(lse[row], delta);
}
