enable subgroups;
// Eight neighbouring numbers of a row of x, the same for all lanes; 0 past the end of the row. Subgroups have eight lanes:
// each reads one number and hands it to the others.
struct Lane { @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) place: u32 }
struct Eight { low: vec4f, high: vec4f }
fn eight(start: u32, k: u32, lane: Lane) -> Eight {
  let at = k + lane.place;
  let own = select(0.0, x[start + min(at, params.inner - 1u)], at < params.inner);
  return Eight(
    vec4f(subgroupBroadcast(own, 0u), subgroupBroadcast(own, 1u), subgroupBroadcast(own, 2u), subgroupBroadcast(own, 3u)),
    vec4f(subgroupBroadcast(own, 4u), subgroupBroadcast(own, 5u), subgroupBroadcast(own, 6u), subgroupBroadcast(own, 7u)),
  );
}
