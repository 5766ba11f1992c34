// Chooses the next token from one row of logits, in one workgroup, so that a few bytes leave the GPU per token.
// As in Hugging Face's generate: repetition penalty (divide positive, multiply negative logits of tokens seen before),
// temperature, top-k, top-p over what top-k left, min-p relative to the likeliest. temperature = 0 takes the largest.
// Each filter keeps the tokens above a threshold, found bit by bit on the order-preserving integer form of a float:
// no sorting, and the same answer on every device.
struct Params {
  count: u32, penalty: f32, temperature: f32, top_k: u32, top_p: f32, min_p: f32,
  // uniform in [0, 1): where in the kept probability mass the chosen token lies
  random: f32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read_write> seen: array<u32>;
@group(0) @binding(3) var<storage, read_write> chosen: array<u32>;

const LANES = 256u;
var<workgroup> sums: array<vec2f, LANES>;
var<workgroup> best: array<vec2u, LANES>;
var<workgroup> answer: u32;

fn score(i: u32) -> f32 {
  var value = logits[i];
  if (seen[i] != 0u) { value = select(value * params.penalty, value / params.penalty, value > 0.0); }
  return value;
}

fn key_of(value: f32) -> u32 {
  let bits = bitcast<u32>(value);
  return select(bits | 0x80000000u, ~bits, (bits & 0x80000000u) != 0u);
}

fn value_of(key: u32) -> f32 {
  return bitcast<f32>(select(~key, key & 0x7fffffffu, (key & 0x80000000u) != 0u));
}

const NOT_A_NUMBER = 0xffffffffu;

// By its bits: compilers may take every number for one.
fn is_finite(value: f32) -> bool { return (bitcast<u32>(value) & 0x7f800000u) != 0x7f800000u; }

// The largest score as a key, and the first token that has it; NOT_A_NUMBER as the key where any logit is none.
fn largest(lane: u32) -> vec2u {
  var mine = vec2u(0u, 0xffffffffu);
  for (var i = lane; i < params.count; i += LANES) {
    let key = select(NOT_A_NUMBER, key_of(score(i)), is_finite(logits[i]));
    if (key > mine.x || mine.y == 0xffffffffu) { mine = vec2u(key, i); }
  }
  best[lane] = mine;
  workgroupBarrier();
  for (var half = LANES / 2u; half > 0u; half >>= 1u) {
    if (lane < half) {
      let other = best[lane + half];
      let here = best[lane];
      if (other.y != 0xffffffffu && (other.x > here.x || (other.x == here.x && other.y < here.y))) { best[lane] = other; }
    }
    workgroupBarrier();
  }
  return workgroupUniformLoad(&best[0]);
}

// Subtracting first keeps a tiny temperature from overflowing.
fn mass(value: f32, peak: f32) -> f32 { return exp((value - peak) / params.temperature); }

// How many tokens have at least this key, and their mass Σ exp((score − peak) / temperature).
fn above(key: u32, peak: f32, lane: u32) -> vec2f {
  var mine = vec2f();
  for (var i = lane; i < params.count; i += LANES) {
    let value = score(i);
    if (key_of(value) >= key) { mine += vec2f(1.0, mass(value, peak)); }
  }
  sums[lane] = mine;
  workgroupBarrier();
  for (var half = LANES / 2u; half > 0u; half >>= 1u) {
    if (lane < half) { sums[lane] += sums[lane + half]; }
    workgroupBarrier();
  }
  return workgroupUniformLoad(&sums[0]);
}

// The largest key at or above `low` that still has this count (or this mass) above it.
fn threshold(wanted: vec2f, peak: f32, low: u32, lane: u32) -> u32 {
  var key = 0u;
  for (var bit = 0x80000000u; bit > 0u; bit >>= 1u) {
    let kept = above(key | bit, peak, lane);
    if (kept.x >= wanted.x && kept.y >= wanted.y) { key |= bit; }
  }
  return max(key, low);
}

@compute @workgroup_size(256)
fn forward(@builtin(local_invocation_index) lane: u32) {
  let top = largest(lane);
  if (lane == 0u) { answer = select(top.y, NOT_A_NUMBER, top.x == NOT_A_NUMBER); }
  if (params.temperature > 0.0 && top.x != NOT_A_NUMBER) {
    let peak = value_of(top.x);
    var key = 0u;
    if (params.top_k > 0u && params.top_k < params.count) { key = threshold(vec2f(f32(params.top_k), 0.0), peak, 0u, lane); }
    if (params.top_p < 1.0) { key = threshold(vec2f(1.0, params.top_p * above(key, peak, lane).y), peak, key, lane); }
    if (params.min_p > 0.0) { key = max(key, key_of(peak + params.temperature * log(params.min_p))); }
    key = min(key, top.x);
    choose(key, peak, lane);
  }
  workgroupBarrier();
  if (lane == 0u) {
    chosen[0] = answer;
    if (answer != NOT_A_NUMBER) { seen[answer] = 1u; }
  }
}

// Inverse of the cumulative distribution over the kept tokens, in order of their ids. A lane owns a run of tokens.
fn choose(key: u32, peak: f32, lane: u32) {
  let run = (params.count + LANES - 1u) / LANES;
  let begin = min(lane * run, params.count);
  let end = min(begin + run, params.count);
  var mine = 0.0;
  for (var i = begin; i < end; i++) {
    let value = score(i);
    if (key_of(value) >= key) { mine += mass(value, peak); }
  }
  sums[lane] = vec2f(mine, 0.0);
  workgroupBarrier();
  if (lane != 0u) { return; }
  var total = 0.0;
  for (var i = 0u; i < LANES; i++) { total += sums[i].x; }
  let wanted = params.random * total;
  var passed = 0.0;
  var owner = 0u;
  while (owner + 1u < LANES && passed + sums[owner].x <= wanted) {
    passed += sums[owner].x;
    owner++;
  }
  for (var i = owner * run; i < params.count; i++) {
    let value = score(i);
    if (key_of(value) < key) { continue; }
    answer = i;
    passed += mass(value, peak);
    if (passed > wanted) { break; }
  }
}
