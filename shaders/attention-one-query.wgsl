// The equations of attention.wgsl for a single query (decoding), for GPUs. A workgroup takes four query heads of the group of a
// key/value head, so that keys and values are read once for all four, and part id.z of the keys (lib/attention.wgsl). Each
// lane scores one key of 64; then lane (turn, column) adds up the column over every turns-th key. What is one number per
// head is a component of a vec4f; heads past the end of the group are its last again, and not stored.
const OWN_HEADS = 4u;
var<workgroup> lane_values: array<vec4f, 64>;
var<workgroup> lane_sums: array<mat4x4f, 64>; // [lane][head]

@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let group = HEADS / KEY_VALUE_HEADS;
  let shares = (group + OWN_HEADS - 1u) / OWN_HEADS;
  let key_head = id.y / shares;
  let member = id.y % shares * OWN_HEADS;
  let heads = key_head * group + min(member + vec4u(0u, 1u, 2u, 3u), vec4u(group - 1u));
  let turns = 64u / HEAD_FOURS;
  let turn = lane / HEAD_FOURS;
  let column = lane % HEAD_FOURS;
  let end = part_end(first_key(0u), id.z, keys_end(0u));
  var maximum = vec4f(UNSEEN);
  var total = vec4f();
  var sums = mat4x4f(); // [head]
  for (var first = part_begin(first_key(0u), id.z); first < end; first += 64u) {
    var scores = vec4f(UNSEEN);
    if (first + lane < end) {
      let key = key_at(first + lane, key_head);
      scores = vec4f();
      for (var d = 0u; d < HEAD_FOURS; d++) { scores += k_at(key + d) * q_four(heads * HEAD_FOURS, d); }
      scores *= params.scale;
    }
    lane_values[lane] = scores;
    workgroupBarrier();
    var peak = maximum;
    let met = min(64u, end - first);
    for (var i = 0u; i < met; i++) { peak = max(peak, lane_values[i]); }
    let shrink = exp(maximum - peak);
    maximum = peak;
    total *= shrink;
    sums = mat4x4f(shrink.x * sums[0], shrink.y * sums[1], shrink.z * sums[2], shrink.w * sums[3]);
    for (var i = turn; i < select(0u, met, turn < turns); i += turns) {
      let weights = exp(lane_values[i] - peak);
      total += weights;
      sums += outer(v_at(key_at(first + i, key_head) + column), weights);
    }
    workgroupBarrier();
  }
  lane_values[lane] = total;
  lane_sums[lane] = sums;
  workgroupBarrier();
  if (lane >= HEAD_FOURS) { return; }
  total = vec4f();
  sums = mat4x4f();
  for (var i = 0u; i < turns; i++) {
    total += lane_values[i * HEAD_FOURS + lane];
    sums += lane_sums[i * HEAD_FOURS + lane];
  }
  for (var n = 0u; n < OWN_HEADS; n++) {
    if (member + n >= group) { continue; }
    o[(id.z * HEADS + heads[n]) * HEAD_FOURS + lane] = sums[n] / total[n];
    if (lane == 0u) { lse_out[id.z * HEADS + heads[n]] = maximum[n] + log(total[n]); }
  }
}
