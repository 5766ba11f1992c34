enable subgroups;
// One number for each own row of a subgroup of eight lanes: in the lane of the row, or all in every lane.
const LANES = 8u;
struct Lane { @builtin(subgroup_invocation_id) place: u32 }
alias OwnNumbers = array<vec4f, 2>;

// Each lane of four gets one of four sums over these lanes: halves change places with the neighbour, twice.
fn sum_of_four(parts: vec4f, place: u32) -> f32 {
  let odd = (place & 1u) != 0u;
  let upper = (place & 2u) != 0u;
  let two = select(parts.xz, parts.yw, odd) + quadSwapX(select(parts.yw, parts.xz, odd));
  return select(two.x, two.y, upper) + quadSwapY(select(two.y, two.x, upper));
}
// The sum over all lanes of what each has for own row l, in lane l.
fn sum_by_own(parts: OwnNumbers, place: u32) -> f32 {
  let low = sum_of_four(parts[0], place);
  let high = sum_of_four(parts[1], place);
  let last = (place & 4u) != 0u;
  return select(low, high, last) + subgroupShuffleXor(select(high, low, last), 4u);
}
fn spread(own: f32) -> OwnNumbers {
  return OwnNumbers(
    vec4f(subgroupBroadcast(own, 0u), subgroupBroadcast(own, 1u), subgroupBroadcast(own, 2u), subgroupBroadcast(own, 3u)),
    vec4f(subgroupBroadcast(own, 4u), subgroupBroadcast(own, 5u), subgroupBroadcast(own, 6u), subgroupBroadcast(own, 7u)),
  );
}
