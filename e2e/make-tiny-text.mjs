// Writes e2e/fixtures/tiny-text and tiny-chat, LLaMA checkpoints of 100 kB with a tokenizer, the second with a chat
// template: `node e2e/make-tiny-text.mjs`. Their weights are noise from a fixed seed, so they write words at random,
// always the same ones, and never end a text.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const words =
  'the a and Mia Tom has have had red blue green kite boat ball cup book tree . , ? ! What does did is was in on under big small they play run see find home day sun';
const chatSpecials = ['<|im_start|>', '<|im_end|>'];
const chatTemplate =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}" +
  "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";
const [hidden, inner, layers, heads, keyValueHeads, headSize] = [32, 64, 2, 4, 2, 8];

/** GPT-2's stand-ins for bytes: printable ones are themselves, the others follow from U+0100 on. */
function byteCharacters() {
  const printable = (byte) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte !== 173);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : next++));
}

function makeTokenizer(specials) {
  const characters = byteCharacters();
  const pieces = [...specials, ...characters];
  const merges = [];
  const whole = new Set();
  // From the left, one character at a time: 'Ġk' 'i', then 'Ġki' 't' … Words after a space come first.
  const bare = words.split(' ');
  for (const word of [...bare.map((word) => `${characters[32]}${word}`), ...bare]) {
    whole.add(word);
    for (let end = 2; end <= word.length; end += 1) {
      if (pieces.includes(word.slice(0, end))) continue;
      pieces.push(word.slice(0, end));
      merges.push([word.slice(0, end - 1), word[end - 1]]);
    }
  }
  const special = (id, content) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  const bytes = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  const json = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specials.map((content, id) => special(id, content)),
    normalizer: null,
    pre_tokenizer: bytes,
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
      special_tokens: { '<s>': { id: '<s>', ids: [0], tokens: ['<s>'] } },
    },
    decoder: bytes,
    model: { type: 'BPE', vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])), merges },
  };
  return { json, pieces, isWord: (id) => whole.has(pieces[id]) && pieces[id].startsWith(characters[32]) };
}

/** mulberry32, as numbers of about normal distribution. */
function noise(seed) {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => uniform() + uniform() + uniform() + uniform() - 2;
}

/** Half precision, truncated; these weights are neither tiny nor large. */
function halfBits(value) {
  const [bits] = new Uint32Array(new Float32Array([value]).buffer);
  const exponent = ((bits >>> 23) & 255) - 112;
  const sign = (bits >>> 16) & 0x8000;
  return exponent <= 0 ? sign : sign | (exponent << 10) | ((bits >>> 13) & 1023);
}

function safetensors(tensors) {
  const header = {};
  let end = 0;
  for (const { name, shape, values } of tensors)
    header[name] = { dtype: 'F16', shape, data_offsets: [end, (end += 2 * values.length)] };
  const text = Buffer.from(JSON.stringify(header).padEnd(Math.ceil(JSON.stringify(header).length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const data = tensors.map(({ values }) => Buffer.from(Uint16Array.from(values, halfBits).buffer));
  return Buffer.concat([length, text, ...data]);
}

function writeModel(name, specials, seed, chat_template) {
  const { json, pieces, isWord } = makeTokenizer(specials);
  const next = noise(seed);
  const tensor = (name, rows, columns, scale) => {
    const values = Array.from({ length: rows * columns }, (_, at) => next() * scale(Math.floor(at / columns)));
    return { name, shape: [rows, columns], values };
  };
  const matrix = (name, rows, columns) => tensor(name, rows, columns, () => 1.7 / Math.sqrt(columns));
  const ones = (name) => ({ name, shape: [hidden], values: new Array(hidden).fill(1) });
  const block = (layer) => {
    const name = (part) => `model.layers.${layer}.${part}.weight`;
    return [
      ones(name('input_layernorm')),
      matrix(name('self_attn.q_proj'), heads * headSize, hidden),
      matrix(name('self_attn.k_proj'), keyValueHeads * headSize, hidden),
      matrix(name('self_attn.v_proj'), keyValueHeads * headSize, hidden),
      matrix(name('self_attn.o_proj'), hidden, heads * headSize),
      ones(name('post_attention_layernorm')),
      matrix(name('mlp.gate_proj'), inner, hidden),
      matrix(name('mlp.up_proj'), inner, hidden),
      matrix(name('mlp.down_proj'), hidden, inner),
    ];
  };
  const weights = [
    tensor('model.embed_tokens.weight', pieces.length, hidden, () => 1),
    ...Array.from({ length: layers }, (_, layer) => block(layer)).flat(),
    ones('model.norm.weight'),
    // Whole words get large logits, so that the text reads like one.
    tensor('lm_head.weight', pieces.length, hidden, (row) => (isWord(row) ? 0.8 : 0.1)),
  ];
  const config = {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    vocab_size: pieces.length,
    hidden_size: hidden,
    intermediate_size: inner,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: keyValueHeads,
    head_dim: headSize,
    hidden_act: 'silu',
    max_position_embeddings: 512,
    rms_norm_eps: 1e-5,
    rope_theta: 10000,
    tie_word_embeddings: false,
    bos_token_id: 0,
    eos_token_id: chat_template === null ? 1 : pieces.indexOf('<|im_end|>'),
    torch_dtype: 'float16',
  };

  const folder = join(import.meta.dirname, 'fixtures', name);
  mkdirSync(folder, { recursive: true });
  const write = (file, content) => writeFileSync(join(folder, file), content);
  write('config.json', `${JSON.stringify(config, null, 1)}\n`);
  write('tokenizer.json', `${JSON.stringify(json)}\n`);
  if (chat_template !== null)
    write('tokenizer_config.json', `${JSON.stringify({ chat_template, eos_token: '<|im_end|>' }, null, 1)}\n`);
  write('model.safetensors', safetensors(weights));
}

writeModel('tiny-text', ['<s>', '</s>'], 20260101, null);
writeModel('tiny-chat', ['<s>', '</s>', ...chatSpecials], 20260102, chatTemplate);
