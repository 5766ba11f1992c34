// Numbers of x that all lanes need, 0 past the end of a row: every lane reads them all. A block is four tokens.
struct Lane { @builtin(local_invocation_index) index: u32 }
const TOKENS = 4u;
alias Block = u32;
fn block_at(token: u32, lane: Lane) -> Block { return token; }
alias Fours = array<vec4f, TOKENS>;
fn fours(block: Block, k: u32) -> Fours {
  return Fours(
    four_at(row_start(block), k), four_at(row_start(block + 1u), k),
    four_at(row_start(block + 2u), k), four_at(row_start(block + 3u), k),
  );
}

fn add_products(sums: ptr<function, array<vec4f, TOKENS>>, w: FourRows, low: Fours, high: Fours) {
  (*sums)[0] += products(w, low[0], high[0]);
  (*sums)[1] += products(w, low[1], high[1]);
  (*sums)[2] += products(w, low[2], high[2]);
  (*sums)[3] += products(w, low[3], high[3]);
}
fn add_columns(sums: ptr<function, array<Columns, TOKENS>>, w: FourRows, numbers: Fours) {
  (*sums)[0] = plus((*sums)[0], w, numbers[0]);
  (*sums)[1] = plus((*sums)[1], w, numbers[1]);
  (*sums)[2] = plus((*sums)[2], w, numbers[2]);
  (*sums)[3] = plus((*sums)[3], w, numbers[3]);
}

// Four octets of a row of x, and the numbers of one of them.
struct OctetsOfRow { start: u32, k: u32 }
fn octets_of_row(start: u32, k: u32, lane: Lane) -> OctetsOfRow { return OctetsOfRow(start, k); }
fn eight(octets: OctetsOfRow, i: u32) -> Columns {
  let at = octets.k + 8u * i;
  return Columns(four_at(octets.start, at), four_at(octets.start, at + 4u));
}
