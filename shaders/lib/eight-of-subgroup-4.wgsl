enable subgroups;
// Eight neighbouring numbers of a row of x, the same for all lanes; 0 past the end of the row. Subgroups have four lanes:
// each reads two numbers and hands them to the others.
struct Lane { @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) place: u32 }
struct Eight { low: vec4f, high: vec4f }
fn four(start: u32, k: u32, place: u32) -> vec4f {
  let at = k + place;
  let own = select(0.0, x[start + min(at, params.inner - 1u)], at < params.inner);
  return vec4f(subgroupBroadcast(own, 0u), subgroupBroadcast(own, 1u), subgroupBroadcast(own, 2u), subgroupBroadcast(own, 3u));
}
fn eight(start: u32, k: u32, lane: Lane) -> Eight {
  return Eight(four(start, k, lane.place), four(start, k + 4u, lane.place));
}
