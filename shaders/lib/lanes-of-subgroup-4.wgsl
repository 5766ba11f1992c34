enable subgroups;
// Numbers of x that all lanes need, 0 past the end of a row, where subgroups have four lanes: each reads some of them and
// hands them to the others. A block is four tokens, one of which a lane reads. Its sums are indexed by constants that are
// written out, since not every driver unrolls loops.
struct Lane { @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) place: u32 }
const TOKENS = 4u;
alias Block = u32;
fn block_at(token: u32, lane: Lane) -> Block { return row_start(token + lane.place); }
alias Fours = vec4f;
fn fours(block: Block, k: u32) -> Fours { return four_at(block, k); }

fn add_products(sums: ptr<function, array<vec4f, TOKENS>>, w: FourRows, low: Fours, high: Fours) {
  (*sums)[0] += products(w, subgroupBroadcast(low, 0u), subgroupBroadcast(high, 0u));
  (*sums)[1] += products(w, subgroupBroadcast(low, 1u), subgroupBroadcast(high, 1u));
  (*sums)[2] += products(w, subgroupBroadcast(low, 2u), subgroupBroadcast(high, 2u));
  (*sums)[3] += products(w, subgroupBroadcast(low, 3u), subgroupBroadcast(high, 3u));
}
fn add_columns(sums: ptr<function, array<Columns, TOKENS>>, w: FourRows, numbers: Fours) {
  (*sums)[0] = plus((*sums)[0], w, subgroupBroadcast(numbers, 0u));
  (*sums)[1] = plus((*sums)[1], w, subgroupBroadcast(numbers, 1u));
  (*sums)[2] = plus((*sums)[2], w, subgroupBroadcast(numbers, 2u));
  (*sums)[3] = plus((*sums)[3], w, subgroupBroadcast(numbers, 3u));
}

// Four octets of a row of x, and the numbers of one of them.
struct OctetsOfRow { first: vec4f, last: vec4f }
fn octets_of_row(start: u32, k: u32, lane: Lane) -> OctetsOfRow {
  return OctetsOfRow(four_at(start, k + 4u * lane.place), four_at(start, k + 16u + 4u * lane.place));
}
fn eight(octets: OctetsOfRow, i: u32) -> Columns {
  let half = select(octets.last, octets.first, i < 2u);
  return Columns(subgroupShuffle(half, 2u * (i % 2u)), subgroupShuffle(half, 2u * (i % 2u) + 1u));
}
