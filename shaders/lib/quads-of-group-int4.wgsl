// A quad is four octets of a row, taken one after the other, here all of one group of 4-bit codes: its entry is read once,
// and its four words together. Rows begin with a quad.
struct Quad { words: vec4u, group: Group }
fn quad(at: u32) -> Quad { return Quad(weight_words[at / 4u], group_at(at / GROUP_OCTETS)); }
fn next_octet(quad: ptr<function, Quad>) -> Octet {
  let words = (*quad).words;
  (*quad).words = words.yzwx;
  return decoded(codes_of(words.x), (*quad).group);
}
