// Where new keys and values are written, two neighbours in a word as f16.
@group(0) @binding(4) var<storage, read_write> k: array<u32>;
@group(0) @binding(5) var<storage, read_write> v: array<u32>;

const LARGEST = vec2f(65504.0);
// What f16 cannot hold becomes NaN: that is noticed, and something that looks like a number would not be. By the bits of
// its size, which are those of NaN too: compilers may take every number for one.
fn halves(two: vec2f) -> u32 {
  let fits = (bitcast<vec2u>(two) & vec2u(0x7fffffffu)) <= bitcast<vec2u>(LARGEST);
  return select(0x7e007e00u, pack2x16float(clamp(two, -LARGEST, LARGEST)), all(fits));
}
fn put_key(at: u32, two: vec2f) { k[at / 2u] = halves(two); }
fn put_value(at: u32, two: vec2f) { v[at / 2u] = halves(two); }
