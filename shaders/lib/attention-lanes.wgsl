// The equations of attention.wgsl, for processors: there the lanes of a subgroup are those of a vector register, a load
// costs as much as ten products, and workgroup memory and its barriers more still.
//
// A subgroup owns 4 or 8 rows (queries, or keys) of a key/value head and meets the rows of the other side one by one,
// forward two by two. The lanes share out the columns: lane l holds the fours l, l + LANES … of every row, so a row of the
// other side is read once, for all own rows and for all that is made of it. What is one number per own row (a score, a
// weight) lies in the lane of that number (lib/own-rows-of-subgroup-*.wgsl).
//
// The queries of all heads of a group are rows of their key head: row r is query r / GROUP of head r % GROUP.
override OWN_FOURS: u32; // own rows / 4: 1, or 2 where a subgroup has eight lanes
// A constant trip count, so that compilers keep the rows in registers.
override FOURS_PER_LANE: u32; // ⌈HEAD_FOURS / LANES⌉

const MOST_FOURS = 4u;
alias Row = array<vec4f, MOST_FOURS>;
// Four own rows are the columns of a matrix: [own four · FOURS_PER_LANE + four of the lane].
alias Rows = array<mat4x4f, MOST_FOURS>;

fn own_rows() -> u32 { return OWN_FOURS * 4u; }
fn group() -> u32 { return HEADS / KEY_VALUE_HEADS; }
fn all_rows() -> u32 { return params.rows * group(); }

// The number of row r of a key head in lse and rows_of_heads, and begins in q, o and g_o.
fn number_of(r: u32, key_head: u32) -> u32 {
  let row = min(r, all_rows() - 1u);
  return row / group() * HEADS + key_head * group() + row % group();
}
fn row_at(r: u32, key_head: u32) -> u32 { return number_of(r, key_head) * HEAD_FOURS; }
fn rows_at(r: u32, key_head: u32) -> vec4u {
  return vec4u(row_at(r, key_head), row_at(r + 1u, key_head), row_at(r + 2u, key_head), row_at(r + 3u, key_head));
}
fn keys_at(key: u32, head: u32) -> vec4u {
  return vec4u(key_at(key, head), key_at(key + 1u, head), key_at(key + 2u, head), key_at(key + 3u, head));
}

fn is_column(i: u32, place: u32) -> bool { return FOURS_PER_LANE * LANES == HEAD_FOURS || place + i * LANES < HEAD_FOURS; }
// Past the end of a row its last four again: own rows have zeros there.
fn four_of(i: u32, place: u32) -> u32 { return min(place + i * LANES, HEAD_FOURS - 1u); }

fn read_q(at: u32, place: u32) -> Row {
  var row: Row;
  row[0] = q[at + four_of(0u, place)];
  if (FOURS_PER_LANE > 1u) { row[1] = q[at + four_of(1u, place)]; }
  if (FOURS_PER_LANE > 2u) { row[2] = q[at + four_of(2u, place)]; }
  if (FOURS_PER_LANE > 3u) { row[3] = q[at + four_of(3u, place)]; }
  return row;
}
fn read_k(at: u32, place: u32) -> Row {
  var row: Row;
  row[0] = k_at(at + four_of(0u, place));
  if (FOURS_PER_LANE > 1u) { row[1] = k_at(at + four_of(1u, place)); }
  if (FOURS_PER_LANE > 2u) { row[2] = k_at(at + four_of(2u, place)); }
  if (FOURS_PER_LANE > 3u) { row[3] = k_at(at + four_of(3u, place)); }
  return row;
}
fn read_v(at: u32, place: u32) -> Row {
  var row: Row;
  row[0] = v_at(at + four_of(0u, place));
  if (FOURS_PER_LANE > 1u) { row[1] = v_at(at + four_of(1u, place)); }
  if (FOURS_PER_LANE > 2u) { row[2] = v_at(at + four_of(2u, place)); }
  if (FOURS_PER_LANE > 3u) { row[3] = v_at(at + four_of(3u, place)); }
  return row;
}
fn read_g(at: u32, place: u32) -> Row {
  var row: Row;
  row[0] = g_o[at + four_of(0u, place)];
  if (FOURS_PER_LANE > 1u) { row[1] = g_o[at + four_of(1u, place)]; }
  if (FOURS_PER_LANE > 2u) { row[2] = g_o[at + four_of(2u, place)]; }
  if (FOURS_PER_LANE > 3u) { row[3] = g_o[at + four_of(3u, place)]; }
  return row;
}

fn zero_unless(column: bool, m: mat4x4f) -> mat4x4f {
  let none = vec4f();
  return mat4x4f(select(none, m[0], column), select(none, m[1], column), select(none, m[2], column), select(none, m[3], column));
}
fn own_q(first: u32, key_head: u32, place: u32) -> Rows {
  var rows: Rows;
  for (var f = 0u; f < OWN_FOURS; f++) {
    let at = rows_at(first + f * 4u, key_head);
    for (var i = 0u; i < FOURS_PER_LANE; i++) {
      rows[f * FOURS_PER_LANE + i] = zero_unless(is_column(i, place), q_four(at, four_of(i, place)));
    }
  }
  return rows;
}
fn own_k(first: u32, key_head: u32, place: u32) -> Rows {
  var rows: Rows;
  for (var f = 0u; f < OWN_FOURS; f++) {
    let at = keys_at(first + f * 4u, key_head);
    for (var i = 0u; i < FOURS_PER_LANE; i++) {
      rows[f * FOURS_PER_LANE + i] = zero_unless(is_column(i, place), k_four(at, four_of(i, place)));
    }
  }
  return rows;
}
fn own_v(first: u32, key_head: u32, place: u32) -> Rows {
  var rows: Rows;
  for (var f = 0u; f < OWN_FOURS; f++) {
    let at = keys_at(first + f * 4u, key_head);
    for (var i = 0u; i < FOURS_PER_LANE; i++) {
      rows[f * FOURS_PER_LANE + i] = zero_unless(is_column(i, place), v_four(at, four_of(i, place)));
    }
  }
  return rows;
}

// Slot f · FOURS_PER_LANE + i holds four i of own rows 4f to 4f + 3. The slots are written out, since not every driver
// unrolls loops, and one that does not reads arrays lane by lane.
fn has_slot(slot: u32) -> bool { return slot < OWN_FOURS * FOURS_PER_LANE; }

fn dot_slot(slot: u32, rows: ptr<function, Rows>, other: ptr<function, Row>, parts: ptr<function, OwnNumbers>) {
  if (has_slot(slot)) { (*parts)[slot / FOURS_PER_LANE] += (*other)[slot % FOURS_PER_LANE] * (*rows)[slot]; }
}
// The product of each own row with the other, in the lane of the own row.
fn own_dots(rows: ptr<function, Rows>, other: ptr<function, Row>, place: u32) -> f32 {
  var parts: OwnNumbers;
  dot_slot(0u, rows, other, &parts);
  dot_slot(1u, rows, other, &parts);
  dot_slot(2u, rows, other, &parts);
  dot_slot(3u, rows, other, &parts);
  return sum_by_own(parts, place);
}

fn add_slot(slot: u32, sums: ptr<function, Rows>, own: ptr<function, OwnNumbers>, other: ptr<function, Row>) {
  if (has_slot(slot)) { (*sums)[slot] += outer((*other)[slot % FOURS_PER_LANE], (*own)[slot / FOURS_PER_LANE]); }
}
// Adds to each own row its factor times the other.
fn add_to_own(sums: ptr<function, Rows>, factor: f32, other: ptr<function, Row>) {
  var own = spread(factor);
  add_slot(0u, sums, &own, other);
  add_slot(1u, sums, &own, other);
  add_slot(2u, sums, &own, other);
  add_slot(3u, sums, &own, other);
}

fn sum_slot(slot: u32, rows: ptr<function, Rows>, own: ptr<function, OwnNumbers>, sum: ptr<function, Row>) {
  if (has_slot(slot)) { (*sum)[slot % FOURS_PER_LANE] += (*rows)[slot] * (*own)[slot / FOURS_PER_LANE]; }
}
// The sum of the own rows, each times its factor.
fn sum_of_own(rows: ptr<function, Rows>, factor: f32) -> Row {
  var own = spread(factor);
  var sum: Row;
  sum_slot(0u, rows, &own, &sum);
  sum_slot(1u, rows, &own, &sum);
  sum_slot(2u, rows, &own, &sum);
  sum_slot(3u, rows, &own, &sum);
  return sum;
}

fn scale_slot(slot: u32, sums: ptr<function, Rows>, own: ptr<function, OwnNumbers>) {
  if (!has_slot(slot)) { return; }
  let by = (*own)[slot / FOURS_PER_LANE];
  let m = (*sums)[slot];
  (*sums)[slot] = mat4x4f(by.x * m[0], by.y * m[1], by.z * m[2], by.w * m[3]);
}
fn scale_own(sums: ptr<function, Rows>, factor: f32) {
  var own = spread(factor);
  scale_slot(0u, sums, &own);
  scale_slot(1u, sums, &own);
  scale_slot(2u, sums, &own);
  scale_slot(3u, sums, &own);
}

// What an own row sees of the other side: none for rows past the end.
struct Span { begin: u32, end: u32 }
fn keys_seen(r: u32) -> Span {
  if (r >= all_rows()) { return Span(); }
  return Span(first_key(r / group()), keys_end(r / group()));
}
fn rows_seeing(key: u32) -> Span {
  if (key >= params.keys) { return Span(); }
  let end = select(params.rows, min(params.rows, key + params.window), params.window > 0u);
  return Span(select(0u, key * group(), params.causal == 1u), end * group());
}
fn within(span: Span, at: u32) -> bool { return at >= span.begin && at < span.end; }
