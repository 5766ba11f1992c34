// A quad is four octets of a row, taken one after the other, here all of one group: its entry is read once.
struct Quad { at: u32, group: Group }
fn quad(at: u32) -> Quad { return Quad(at, group_at(at / GROUP_OCTETS)); }
fn next_octet(quad: ptr<function, Quad>) -> Octet {
  let at = (*quad).at;
  (*quad).at = at + 1u;
  return decoded(codes(at), (*quad).group);
}
