// Attention's forward pass by the equations of attention.wgsl, for processors (lib/attention-lanes.wgsl).
@compute @workgroup_size(LANES)
fn forward(@builtin(workgroup_id) id: vec3u, lane: Lane) {
  let place = lane.place;
  let key_head = params.first_head + id.y;
  let first = id.x * own_rows();
  let first_seen = keys_seen(first).begin;
  let end = part_end(first_seen, id.z, keys_seen(min(first + own_rows(), all_rows()) - 1u).end);
  var span = keys_seen(first + place);
  span.end = min(span.end, end);
  var queries = own_q(first, key_head, place);
  var sums: Rows;
  var maximum = UNSEEN;
  var total = 0.0;
  for (var key = part_begin(first_seen, id.z); key < end; key += 2u) {
    let a = key_at(key, key_head);
    let b = key_at(key + 1u, key_head);
    var k_a = read_k(a, place);
    var k_b = read_k(b, place);
    let seen_a = within(span, key);
    let seen_b = within(span, key + 1u);
    let score_a = select(UNSEEN, params.scale * own_dots(&queries, &k_a, place), seen_a);
    let score_b = select(UNSEEN, params.scale * own_dots(&queries, &k_b, place), seen_b);
    let peak = max(maximum, max(score_a, score_b));
    let shrink = exp(maximum - peak);
    let weight_a = select(0.0, exp(score_a - peak), seen_a);
    let weight_b = select(0.0, exp(score_b - peak), seen_b);
    maximum = peak;
    total = shrink * total + weight_a + weight_b;
    var v_a = read_v(a, place);
    var v_b = read_v(b, place);
    scale_own(&sums, shrink);
    add_to_own(&sums, weight_a, &v_a);
    add_to_own(&sums, weight_b, &v_b);
  }
  scale_own(&sums, 1.0 / total);
  for (var f = 0u; f < OWN_FOURS; f++) {
    for (var n = 0u; n < 4u; n++) {
      let r = first + f * 4u + n;
      if (r >= all_rows()) { continue; }
      for (var i = 0u; i < FOURS_PER_LANE; i++) {
        if (!is_column(i, place)) { continue; }
        o[id.z * HEADS * HEAD_FOURS + row_at(r, key_head) + four_of(i, place)] = sums[f * FOURS_PER_LANE + i][n];
      }
    }
  }
  if (place < own_rows() && first + place < all_rows()) {
    lse_out[id.z * HEADS + number_of(first + place, key_head)] = maximum + log(total);
  }
}
