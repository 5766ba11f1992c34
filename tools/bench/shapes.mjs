// Two of the language models of src/bench/shapes.ts: LLaMAs whose widths divide into groups of 32, as int4 in ONNX wants
// them. Further ones of that kind may be added.

export const shapes = {
  'smollm2-135m': { width: 576, layers: 30, heads: 9, kvHeads: 3, inner: 1536, vocabulary: 49_152, theta: 100_000 },
  'llama-3.2-1b': { width: 2048, layers: 16, heads: 32, kvHeads: 8, inner: 8192, vocabulary: 128_256, theta: 500_000 },
};

/** The most that `npm run bench` measures: both contexts end at 2048, and what is decoded has tokens around it. */
export const longestPrefill = 2048;
export const longestDecode = 2038;
