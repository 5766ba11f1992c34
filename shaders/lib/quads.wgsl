// A quad is four octets of a row, taken one after the other: here for formats where nothing is gained by reading them
// together.
struct Quad { at: u32 }
fn quad(at: u32) -> Quad { return Quad(at); }
fn next_octet(quad: ptr<function, Quad>) -> Octet {
  let at = (*quad).at;
  (*quad).at = at + 1u;
  return octet(at);
}
