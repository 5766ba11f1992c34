// A LLaMA as an ONNX graph, the way onnxruntime's own exporters write one for its WebGPU provider: int4 weights in
// MatMulNBits, attention with rotary embedding and key/value cache in GroupQueryAttention. Weights are random.
import { microsoft, OnnxGraph } from './onnx.mjs';

const layerFormat = { bits: 4, group: 32 };
/** What the head may have; the embedding table, of which little is read, always has the former. */
const headFormats = { 4: layerFormat, 8: { bits: 8, group: 64 } };
const maxPositions = 2048;

/**
 * Inputs: input_ids int64 [1, T]; last_position int32 [1], tokens in the cache and new ones minus one;
 * total_length int32 [1], that plus one; past.N.key and past.N.value float32 [1, kvHeads, P, headWidth].
 * Outputs: logits float32 [1, 1, vocabulary] of the last token; present.N.key and present.N.value.
 *
 * @param packed one product for query, key and value together, instead of three
 * @param headBits 4, in groups of 32 like the layers, or 8 in groups of 64
 * @param accuracyLevel 0: activations stay f32; 4: they may be rounded to int8
 */
export function llamaModel(shape, { packed, accuracyLevel, headBits }) {
  const { width, layers, heads, kvHeads, inner, vocabulary, theta } = shape;
  const headWidth = width / heads;
  const graph = new OnnxGraph();

  /** y = W x with W [rows, columns] of random codes; all groups have the same scale, the zero is in the middle. */
  const linear = (x, name, rows, columns, { bits, group } = layerFormat, out = `${name}.out`) => {
    const blocks = columns / group;
    if (!Number.isInteger(blocks))
      throw new Error(`${name}: ${columns} columns do not divide into groups of ${group}.`);
    const codes = randomWords((rows * columns * bits) / 32);
    const scales = new Float32Array(rows * blocks).fill(2 ** -4 / 2 ** bits);
    const inputs = [
      x,
      graph.initializer(`${name}.codes`, 'uint8', [rows, blocks, (group * bits) / 8], codes),
      graph.initializer(`${name}.scales`, 'float32', [rows * blocks], scales),
    ];
    return graph.node('MatMulNBits', inputs, [out], {
      domain: microsoft,
      attributes: { K: columns, N: rows, bits, block_size: group, accuracy_level: accuracyLevel },
    });
  };
  const ones = (name) => graph.initializer(name, 'float32', [width], new Float32Array(width).fill(1));
  const epsilon = Float32Array.of(1e-5);

  const { cosine, sine } = rotationTables(headWidth, theta);
  const rotation = [
    graph.initializer('cosine', 'float32', [maxPositions, headWidth / 2], cosine),
    graph.initializer('sine', 'float32', [maxPositions, headWidth / 2], sine),
  ];
  const ids = graph.input('input_ids', 'int64', [1, 'tokens']);
  const lengths = [graph.input('last_position', 'int32', [1]), graph.input('total_length', 'int32', [1])];

  const { bits, group } = layerFormat;
  const tableScales = new Float32Array((vocabulary * width) / group).fill(2 ** -8);
  const table = [
    graph.initializer('table.codes', 'uint8', [vocabulary, (width * bits) / 8], randomWords((vocabulary * width) / 8)),
    graph.initializer('table.scales', 'float32', [vocabulary, width / group], tableScales),
  ];
  let residual = graph.node('GatherBlockQuantized', [table[0], ids, table[1]], ['embedded'], {
    domain: microsoft,
    attributes: { gather_axis: 0, quantize_axis: 1, block_size: group, bits },
  });

  /** What the block before has yet to add to the residual stream; null before the first. */
  let pending = null;
  const norm = (name) => {
    const out = `${name}.out`;
    if (pending === null)
      return graph.node('SimplifiedLayerNormalization', [residual, ones(name)], [out], {
        attributes: { epsilon, axis: -1, stash_type: 1 },
      });
    const sum = `${name}.sum`;
    graph.node('SkipSimplifiedLayerNormalization', [residual, pending, ones(name)], [out, '', '', sum], {
      domain: microsoft,
      attributes: { epsilon },
    });
    residual = sum;
    return out;
  };

  for (let layer = 0; layer < layers; layer++) {
    const at = `layer.${layer}`;
    const x = norm(`${at}.attention_norm`);
    const kvWidth = kvHeads * headWidth;
    const projected = packed
      ? [linear(x, `${at}.qkv`, width + 2 * kvWidth, width), '', '']
      : [
          linear(x, `${at}.q`, width, width),
          linear(x, `${at}.k`, kvWidth, width),
          linear(x, `${at}.v`, kvWidth, width),
        ];
    const cache = ['key', 'value'].map((name) => {
      graph.output(`present.${layer}.${name}`, 'float32', [1, kvHeads, 'present', headWidth]);
      return graph.input(`past.${layer}.${name}`, 'float32', [1, kvHeads, 'past', headWidth]);
    });
    const attended = graph.node(
      'GroupQueryAttention',
      [...projected, ...cache, ...lengths, ...rotation],
      [`${at}.attention`, `present.${layer}.key`, `present.${layer}.value`],
      { domain: microsoft, attributes: { num_heads: heads, kv_num_heads: kvHeads, do_rotary: 1 } },
    );
    pending = linear(attended, `${at}.o`, width, width);

    const y = norm(`${at}.mlp_norm`);
    const gate = linear(y, `${at}.gate`, inner, width);
    const up = linear(y, `${at}.up`, inner, width);
    const sigmoid = graph.node('Sigmoid', [gate], [`${at}.sigmoid`]);
    const silu = graph.node('Mul', [gate, sigmoid], [`${at}.silu`]);
    pending = linear(graph.node('Mul', [silu, up], [`${at}.gated`]), `${at}.down`, width, inner);
  }

  const last = graph.initializer('last', 'int64', [1], BigInt64Array.of(-1n));
  const final = graph.node('Gather', [norm('final_norm'), last], ['final'], { attributes: { axis: 1 } });
  linear(final, 'head', vocabulary, width, headFormats[headBits], 'logits');
  graph.output('logits', 'float32', [1, 1, vocabulary]);
  return graph.toModel();
}

/** Random bits are random codes of any width. */
function randomWords(count) {
  let state = 1;
  return Uint32Array.from({ length: count }, () => {
    // The low bits of a linear congruential generator repeat quickly; mixing spreads the high ones over them.
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return Math.imul(state ^ (state >>> 15), 0x85ebca6b);
  });
}

function rotationTables(headWidth, theta) {
  const half = headWidth / 2;
  const angle = (index) => Math.floor(index / half) * theta ** (-(index % half) / half);
  const table = (of) => Float32Array.from({ length: maxPositions * half }, (_, index) => of(angle(index)));
  return { cosine: table(Math.cos), sine: table(Math.sin) };
}
