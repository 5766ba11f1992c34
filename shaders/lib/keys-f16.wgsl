// Keys and values in a cache of half the bytes: two numbers a word, as f16.
@group(0) @binding(2) var<storage, read> k: array<vec2u>;
@group(0) @binding(3) var<storage, read> v: array<vec2u>;
fn four_of_halves(words: vec2u) -> vec4f { return vec4f(unpack2x16float(words.x), unpack2x16float(words.y)); }
fn k_at(four: u32) -> vec4f { return four_of_halves(k[four]); }
fn v_at(four: u32) -> vec4f { return four_of_halves(v[four]); }
