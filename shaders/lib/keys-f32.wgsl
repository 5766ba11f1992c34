// Keys and values, four numbers at a time.
@group(0) @binding(2) var<storage, read> k: array<vec4f>;
@group(0) @binding(3) var<storage, read> v: array<vec4f>;
fn k_at(four: u32) -> vec4f { return k[four]; }
fn v_at(four: u32) -> vec4f { return v[four]; }
