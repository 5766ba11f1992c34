enable subgroups;
// One number for each own row of a subgroup of four lanes: in the lane of the row, or all in every lane.
const LANES = 4u;
struct Lane { @builtin(subgroup_invocation_id) place: u32 }
alias OwnNumbers = array<vec4f, 1>;

// The sum over all lanes of what each has for own row l, in lane l: halves change places with the neighbour, twice.
fn sum_by_own(parts: OwnNumbers, place: u32) -> f32 {
  let odd = (place & 1u) != 0u;
  let upper = (place & 2u) != 0u;
  let own = parts[0];
  let two = select(own.xz, own.yw, odd) + quadSwapX(select(own.yw, own.xz, odd));
  return select(two.x, two.y, upper) + quadSwapY(select(two.y, two.x, upper));
}
fn spread(own: f32) -> OwnNumbers {
  return OwnNumbers(
    vec4f(subgroupBroadcast(own, 0u), subgroupBroadcast(own, 1u), subgroupBroadcast(own, 2u), subgroupBroadcast(own, 3u)),
  );
}
