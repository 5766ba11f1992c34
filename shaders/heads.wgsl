// A row of query, key and value heads → q, k and v of their own, q and k turned by rotary embedding, rotate-half: the pair
// (x[i], x[i + half]) of a head turns by position · frequency[i]. k and v may go behind those of earlier tokens (first_row),
// as lib/new-keys-*.wgsl writes them.
// Relevance: taking apart is copying, and a rotation is linear, so g turns by the opposite angle and comes together again.
// Cosines and sines come from a table computed in float64: WGSL's own lose accuracy beyond a few turns.
struct Params {
  rows: u32, heads: u32, key_value_heads: u32, half_size: u32,
  first_position: u32, first_row: u32, has_query_key: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> table: array<vec2f>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read_write> q: array<f32>;
@group(0) @binding(6) var<storage, read> g_q: array<f32>;
@group(0) @binding(7) var<storage, read> g_k: array<f32>;
@group(0) @binding(8) var<storage, read> g_v: array<f32>;
@group(0) @binding(9) var<storage, read_write> g_x: array<f32>;

// Pair i of a head of a row: where it stands in x, and in which of q, k and v, and where there.
struct Place { exists: bool, i: u32, position: u32, whole: u32, part: u32, own: u32 }
fn place(at: u32) -> Place {
  let all = params.heads + 2u * params.key_value_heads;
  let i = at % params.half_size;
  let head = at / params.half_size % all;
  let row = at / params.half_size / all;
  let size = 2u * params.half_size;
  let part = select(select(2u, 1u, head < params.heads + params.key_value_heads), 0u, head < params.heads);
  let key_value_head = (head - params.heads) % params.key_value_heads;
  let key_value_row = (params.first_row + row) * params.key_value_heads;
  let own = select(key_value_row + key_value_head, row * params.heads + head, part == 0u);
  return Place(row < params.rows, i, params.first_position + row, (row * all + head) * size + i, part, own * size + i);
}

fn turned(pair: vec2f, position: u32, i: u32, direction: f32) -> vec2f {
  let turn = table[position * params.half_size + i];
  let s = direction * turn.y;
  return vec2f(pair.x * turn.x - pair.y * s, pair.y * turn.x + pair.x * s);
}

// A lane takes two neighbouring pairs.
@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let to = place(2u * (id.x + id.y * groups.x * 64u));
  if (!to.exists) { return; }
  let first = vec2f(x[to.whole], x[to.whole + 1u]);
  let second = vec2f(x[to.whole + params.half_size], x[to.whole + params.half_size + 1u]);
  let own_second = to.own + params.half_size;
  if (to.part == 2u) {
    put_value(to.own, first);
    put_value(own_second, second);
    return;
  }
  let a = turned(vec2f(first.x, second.x), to.position, to.i, 1.0);
  let b = turned(vec2f(first.y, second.y), to.position, to.i + 1u, 1.0);
  if (to.part == 1u) {
    put_key(to.own, vec2f(a.x, b.x));
    put_key(own_second, vec2f(a.y, b.y));
    return;
  }
  q[to.own] = a.x;
  q[to.own + 1u] = b.x;
  q[own_second] = a.y;
  q[own_second + 1u] = b.y;
}

@compute @workgroup_size(64)
fn relevance(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let to = place(id.x + id.y * groups.x * 64u);
  if (!to.exists) { return; }
  let second = to.own + params.half_size;
  var found = vec2f();
  if (to.part == 2u) {
    found = vec2f(g_v[to.own], g_v[second]);
  } else if (params.has_query_key == 1u) {
    if (to.part == 0u) { found = vec2f(g_q[to.own], g_q[second]); } else { found = vec2f(g_k[to.own], g_k[second]); }
    found = turned(found, to.position, to.i, -1.0);
  }
  g_x[to.whole] = found.x;
  g_x[to.whole + params.half_size] = found.y;
}
