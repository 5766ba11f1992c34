// Octets of codes that a group's entry gives a meaning (lib/groups-*.wgsl). Rows are padded to whole groups, so that the
// place of an octet tells its group.
override GROUP_OCTETS: u32;
fn octet(at: u32) -> Octet { return decoded(codes(at), group_at(at / GROUP_OCTETS)); }
