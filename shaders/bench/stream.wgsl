// How fast an adapter reads: every word of a buffer once, added up, and nothing else. A kernel that streams weights can be
// no faster. What shape reads fastest differs: the benchmark tries several and keeps the best.
struct Params { per_lane: u32 } // vec4s, a multiple of 4
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> words: array<vec4u>;
@group(0) @binding(2) var<storage, read_write> sums: array<vec4u>; // one per lane
override LANES: u32;

// Neighbouring lanes read neighbouring words, as the memory of a GPU wants it.
@compute @workgroup_size(LANES)
fn side_by_side(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let group = (id.x + id.y * grid.x) * LANES;
  let start = group * params.per_lane + lane;
  var sum = vec4u();
  for (var i = 0u; i < params.per_lane; i += 4u) {
    let at = start + i * LANES;
    sum += words[at] + words[at + LANES] + words[at + 2u * LANES] + words[at + 3u * LANES];
  }
  sums[group + lane] = sum;
}

// Every lane walks a stretch of its own, as suits the caches of a processor.
@compute @workgroup_size(LANES)
fn one_behind_the_other(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let own = (id.x + id.y * grid.x) * LANES + lane;
  let start = own * params.per_lane;
  var sum = vec4u();
  for (var i = 0u; i < params.per_lane; i += 4u) {
    let at = start + i;
    sum += words[at] + words[at + 1u] + words[at + 2u] + words[at + 3u];
  }
  sums[own] = sum;
}
