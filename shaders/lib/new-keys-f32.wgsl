// Where new keys and values are written, two neighbours at a time.
@group(0) @binding(4) var<storage, read_write> k: array<vec2f>;
@group(0) @binding(5) var<storage, read_write> v: array<vec2f>;
fn put_key(at: u32, two: vec2f) { k[at / 2u] = two; }
fn put_value(at: u32, two: vec2f) { v[at / 2u] = two; }
