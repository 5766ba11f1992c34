// Eight neighbouring numbers of a row of x, the same for all lanes; 0 past the end of the row. Every lane reads them.
struct Lane { @builtin(local_invocation_index) index: u32 }
struct Eight { low: vec4f, high: vec4f }
fn x_at(start: u32, k: u32) -> f32 { return select(0.0, x[start + min(k, params.inner - 1u)], k < params.inner); }
fn eight(start: u32, k: u32, lane: Lane) -> Eight {
  return Eight(
    vec4f(x_at(start, k), x_at(start, k + 1u), x_at(start, k + 2u), x_at(start, k + 3u)),
    vec4f(x_at(start, k + 4u), x_at(start, k + 5u), x_at(start, k + 6u), x_at(start, k + 7u)),
  );
}
