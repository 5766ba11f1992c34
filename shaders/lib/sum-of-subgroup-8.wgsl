enable subgroups;
// Sum over a workgroup that is one subgroup: no workgroup memory and no barriers, which cost a processor most.
const SUM_LANES = 8u;
fn workgroup_sum(value: f32, lane: u32) -> f32 { return subgroupAdd(value); }
