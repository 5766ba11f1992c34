// What the matrix kernels compute with: rows of x, which are params.inner numbers long, and octets of W.
override WHOLE_OCTETS: u32; // 1 where rows of x are whole octets, and begin at a multiple of four numbers
// 1 where |x|, or params.factor · |W|, is multiplied (linear-gamma.wgsl).
override ABSOLUTE_X: u32 = 0u;
override ABSOLUTE_W: u32 = 0u;

fn number(at: u32) -> f32 { return x[at / 4u][at % 4u]; }

// Numbers k to k + 3 of the row of x that begins at `start`; 0 past its end.
fn four_at(start: u32, k: u32) -> vec4f {
  let four = signed_four_at(start, k);
  if (ABSOLUTE_X == 1u) { return abs(four); }
  return four;
}
fn signed_four_at(start: u32, k: u32) -> vec4f {
  if (WHOLE_OCTETS == 1u) { return x[(start + k) / 4u]; }
  let at = vec4u(k, k + 1u, k + 2u, k + 3u);
  let near = min(at, vec4u(params.inner - 1u));
  let place = near + start;
  return select(vec4f(), vec4f(number(place.x), number(place.y), number(place.z), number(place.w)), at == near);
}

struct Columns { low: vec4f, high: vec4f }
fn columns(w: Octet) -> Columns {
  if (ABSOLUTE_W == 0u) { return Columns(w.scale * w.low, w.scale * w.high); }
  // Scaled first: the absolute value of what was just an f16 is slow to take on some drivers.
  let scale = params.factor * w.scale;
  return Columns(abs(scale * w.low), abs(scale * w.high));
}

// An octet of each of four rows of W.
struct FourRows { a: Columns, b: Columns, c: Columns, d: Columns }

// Eight numbers of a token times the same columns of four rows.
fn products(w: FourRows, low: vec4f, high: vec4f) -> vec4f {
  return vec4f(
    dot(w.a.low, low) + dot(w.a.high, high),
    dot(w.b.low, low) + dot(w.b.high, high),
    dot(w.c.low, low) + dot(w.c.high, high),
    dot(w.d.low, low) + dot(w.d.high, high),
  );
}

// Four numbers of a token, one for each of the four rows, added to its sums.
fn plus(sums: Columns, w: FourRows, e: vec4f) -> Columns {
  return Columns(
    sums.low + (e.x * w.a.low + e.y * w.b.low + e.z * w.c.low + e.w * w.d.low),
    sums.high + (e.x * w.a.high + e.y * w.b.high + e.z * w.c.high + e.w * w.d.high),
  );
}
