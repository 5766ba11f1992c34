// Attention's relevance by the equations of attention.wgsl, for processors (lib/attention-lanes.wgsl).
// Everything in one pass, since scores and products cost as much as what is made of them. A workgroup takes one block of
// keys after the other and adds what goes to the queries to memory, where nobody else does: the workgroups of a head take
// blocks by turns, and each has a copy of g_q of its own (sum-parts.wgsl).
// Without a cache only (offset 0): every query that sees these keys is among the rows.
@compute @workgroup_size(LANES)
fn relevance(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) count: vec3u, lane: Lane) {
  let place = lane.place;
  let key_head = params.first_head + id.y;
  let part = id.x * params.rows * HEADS * HEAD_FOURS;
  for (var r = 0u; r < all_rows(); r++) {
    for (var i = 0u; i < FOURS_PER_LANE; i++) {
      if (is_column(i, place)) { g_q[part + row_at(r, key_head) + four_of(i, place)] = vec4f(); }
    }
  }
  for (var first = id.x * own_rows(); first < params.keys; first += count.x * own_rows()) {
    let span = rows_seeing(first + place);
    let end = rows_seeing(min(first + own_rows(), params.keys) - 1u).end;
    var keys = own_k(first, key_head, place);
    var values = own_v(first, key_head, place);
    // Zeros must be said here: a variable declared without them in a loop keeps what it had (seen with Tint on Vulkan).
    var key_sums = Rows();
    var value_sums = Rows();
    for (var r = rows_seeing(first).begin; r < end; r++) {
      let row = rows_of_heads[number_of(r, key_head)];
      let at = row_at(r, key_head);
      var q_row = read_q(at, place);
      var g_row = read_g(at, place);
      let score = params.scale * own_dots(&keys, &q_row, place);
      let product = own_dots(&values, &g_row, place);
      let weight = select(0.0, exp(score - row.lse), within(span, r));
      let slope = params.query_key * params.scale * weight * (product - row.delta);
      add_to_own(&value_sums, weight, &g_row);
      add_to_own(&key_sums, slope, &q_row);
      var query_sum = sum_of_own(&keys, slope);
      for (var i = 0u; i < FOURS_PER_LANE; i++) {
        if (is_column(i, place)) { g_q[part + at + four_of(i, place)] += query_sum[i]; }
      }
    }
    for (var f = 0u; f < OWN_FOURS; f++) {
      for (var n = 0u; n < 4u; n++) {
        let key = first + f * 4u + n;
        if (key >= params.keys) { continue; }
        for (var i = 0u; i < FOURS_PER_LANE; i++) {
          if (!is_column(i, place)) { continue; }
          let at = key_at(key, key_head) + four_of(i, place);
          g_v[at] = params.value * value_sums[f * FOURS_PER_LANE + i][n];
          g_k[at] = key_sums[f * FOURS_PER_LANE + i][n];
        }
      }
    }
  }
}

// The values alone, where queries and keys have no share (CP-LRP): the weights are all it takes.
@compute @workgroup_size(LANES)
fn relevance_values(@builtin(workgroup_id) id: vec3u, lane: Lane) {
  let place = lane.place;
  let key_head = params.first_head + id.y;
  let first = id.x * own_rows();
  let span = rows_seeing(first + place);
  let end = rows_seeing(min(first + own_rows(), params.keys) - 1u).end;
  var keys = own_k(first, key_head, place);
  var sums: Rows;
  for (var r = rows_seeing(first).begin; r < end; r++) {
    var q_row = read_q(row_at(r, key_head), place);
    var g_row = read_g(row_at(r, key_head), place);
    let score = params.scale * own_dots(&keys, &q_row, place);
    let weight = select(0.0, exp(score - lse[number_of(r, key_head)]), within(span, r));
    add_to_own(&sums, weight, &g_row);
  }
  for (var f = 0u; f < OWN_FOURS; f++) {
    for (var n = 0u; n < 4u; n++) {
      let key = first + f * 4u + n;
      if (key >= params.keys) { continue; }
      for (var i = 0u; i < FOURS_PER_LANE; i++) {
        if (is_column(i, place)) { g_v[key_at(key, key_head) + four_of(i, place)] = params.value * sums[f * FOURS_PER_LANE + i][n]; }
      }
    }
  }
}
