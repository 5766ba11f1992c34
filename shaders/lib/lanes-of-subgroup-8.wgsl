enable subgroups;
// Numbers of x that all lanes need, 0 past the end of a row, where subgroups have eight lanes: each reads some of them and
// hands them to the others. A block is eight tokens, one of which a lane reads. Its sums are indexed by constants that are
// written out, since not every driver unrolls loops; on lavapipe shuffles were 5 % faster than broadcasts.
struct Lane { @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) place: u32 }
const TOKENS = 8u;
alias Block = u32;
fn block_at(token: u32, lane: Lane) -> Block { return row_start(token + lane.place); }
alias Fours = vec4f;
fn fours(block: Block, k: u32) -> Fours { return four_at(block, k); }

fn add_products(sums: ptr<function, array<vec4f, TOKENS>>, w: FourRows, low: Fours, high: Fours) {
  (*sums)[0] += products(w, subgroupShuffle(low, 0u), subgroupShuffle(high, 0u));
  (*sums)[1] += products(w, subgroupShuffle(low, 1u), subgroupShuffle(high, 1u));
  (*sums)[2] += products(w, subgroupShuffle(low, 2u), subgroupShuffle(high, 2u));
  (*sums)[3] += products(w, subgroupShuffle(low, 3u), subgroupShuffle(high, 3u));
  (*sums)[4] += products(w, subgroupShuffle(low, 4u), subgroupShuffle(high, 4u));
  (*sums)[5] += products(w, subgroupShuffle(low, 5u), subgroupShuffle(high, 5u));
  (*sums)[6] += products(w, subgroupShuffle(low, 6u), subgroupShuffle(high, 6u));
  (*sums)[7] += products(w, subgroupShuffle(low, 7u), subgroupShuffle(high, 7u));
}
fn add_columns(sums: ptr<function, array<Columns, TOKENS>>, w: FourRows, numbers: Fours) {
  (*sums)[0] = plus((*sums)[0], w, subgroupShuffle(numbers, 0u));
  (*sums)[1] = plus((*sums)[1], w, subgroupShuffle(numbers, 1u));
  (*sums)[2] = plus((*sums)[2], w, subgroupShuffle(numbers, 2u));
  (*sums)[3] = plus((*sums)[3], w, subgroupShuffle(numbers, 3u));
  (*sums)[4] = plus((*sums)[4], w, subgroupShuffle(numbers, 4u));
  (*sums)[5] = plus((*sums)[5], w, subgroupShuffle(numbers, 5u));
  (*sums)[6] = plus((*sums)[6], w, subgroupShuffle(numbers, 6u));
  (*sums)[7] = plus((*sums)[7], w, subgroupShuffle(numbers, 7u));
}

// Four octets of a row of x, and the numbers of one of them.
alias OctetsOfRow = vec4f;
fn octets_of_row(start: u32, k: u32, lane: Lane) -> OctetsOfRow { return four_at(start, k + 4u * lane.place); }
fn eight(octets: OctetsOfRow, i: u32) -> Columns {
  return Columns(subgroupShuffle(octets, 2u * i), subgroupShuffle(octets, 2u * i + 1u));
}
