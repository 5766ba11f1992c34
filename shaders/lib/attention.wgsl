// What every form of attention has: bindings (of keys and values in lib/keys-*.wgsl), the keys that a query sees, and where
// rows begin. Over many tokens a run takes a portion of the heads (first_head): those of the queries, or of keys and values,
// whichever the kernel counts.
struct Params {
  rows: u32, keys: u32, offset: u32, window: u32, causal: u32, scale: f32, value: f32, query_key: f32,
  part_keys: u32, first_head: u32,
}
// What relevance needs of a query's row in a head (attention-rows.wgsl). One buffer, since kernels may bind but eight.
struct RowOfHead { lse: f32, delta: f32 }
override HEADS: u32;
override KEY_VALUE_HEADS: u32;
override HEAD_FOURS: u32; // head size / 4
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> o: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> lse_out: array<f32>;
@group(0) @binding(6) var<storage, read> lse: array<f32>;
@group(0) @binding(7) var<storage, read> g_o: array<vec4f>;
@group(0) @binding(8) var<storage, read> rows_of_heads: array<RowOfHead>;
@group(0) @binding(9) var<storage, read_write> g_q: array<vec4f>;
@group(0) @binding(10) var<storage, read_write> g_k: array<vec4f>;
@group(0) @binding(11) var<storage, read_write> g_v: array<vec4f>;

const UNSEEN = -3.0e38;

fn first_key(query: u32) -> u32 {
  let position = params.offset + query;
  if (params.window == 0u || position + 1u < params.window) { return 0u; }
  return position + 1u - params.window;
}

fn keys_end(last_query: u32) -> u32 {
  return select(params.keys, min(params.keys, params.offset + last_query + 1u), params.causal == 1u);
}

// A single query may have its keys shared out: part p is the p-th part_keys of those it sees, and its o and lse are the
// p-th row of their buffers (attention-merge.wgsl). Else part 0 has all.
fn part_begin(first: u32, part: u32) -> u32 { return first + part * params.part_keys; }
fn part_end(first: u32, part: u32, end: u32) -> u32 { return min(end, part_begin(first, part) + params.part_keys); }

// Where a row of a head begins in q, o and g_o, and in k and v.
fn query_at(query: u32, head: u32) -> u32 { return (min(query, params.rows - 1u) * HEADS + head) * HEAD_FOURS; }
fn key_at(key: u32, head: u32) -> u32 { return (min(key, params.keys - 1u) * KEY_VALUE_HEADS + head) * HEAD_FOURS; }

// Four columns (at d) of four rows: a row of the tensor is a column of the matrix.
fn q_four(at: vec4u, d: u32) -> mat4x4f { return mat4x4f(q[at.x + d], q[at.y + d], q[at.z + d], q[at.w + d]); }
fn k_four(at: vec4u, d: u32) -> mat4x4f { return mat4x4f(k_at(at.x + d), k_at(at.y + d), k_at(at.z + d), k_at(at.w + d)); }
fn v_four(at: vec4u, d: u32) -> mat4x4f { return mat4x4f(v_at(at.x + d), v_at(at.y + d), v_at(at.z + d), v_at(at.w + d)); }
fn g_four(at: vec4u, d: u32) -> mat4x4f { return mat4x4f(g_o[at.x + d], g_o[at.y + d], g_o[at.z + d], g_o[at.w + d]); }

fn outer(four: vec4f, own: vec4f) -> mat4x4f { return mat4x4f(own.x * four, own.y * four, own.z * four, own.w * four); }
