// Two lists over config.json: fields that must hold a neutral value because we do not compute what they switch on,
// and fields that cannot change what a model computes here.
import type { Json } from './model.ts';

/** Field, values that change nothing (null always is one), and what is supported instead. */
export const neutralFields: readonly (readonly [field: string, neutral: readonly Json[], supported: string])[] = [
  ['compression_config', [], 'quantised checkpoints that say how in quantization_config or quantization'],
  ['num_local_experts', [0, 1], 'dense models'],
  ['num_experts', [0, 1], 'dense models'],
  ['n_routed_experts', [0], 'dense models'],
  ['is_encoder_decoder', [false], 'decoder-only models'],
  ['add_cross_attention', [false], 'decoder-only models'],
  ['is_causal', [true], 'causal attention'],
  ['alibi', [false], 'rotary positions'],
  ['position_embedding_type', ['rope', 'rotary'], 'rotary positions'],
  ['no_rope_layers', [], 'rotary positions in every layer'],
  ['no_rope_layer_interval', [], 'rotary positions in every layer'],
  ['rope_interleaved', [false], 'rotary positions in the rotate-half convention'],
  ['use_mrope', [false], 'one-dimensional rotary positions'],
  ['rotary_pct', [1], '1 (every column of a head is rotated)'],
  ['use_qk_norm', [false], 'query and key norms in Qwen3ForCausalLM only'],
  ['qk_layernorm', [false], 'query and key norms in Qwen3ForCausalLM only'],
  ['clip_qkv', [], 'queries, keys and values as they are'],
  ['attn_logit_softcapping', [], 'attention scores as they are'],
  ['final_logit_softcapping', [], 'logits as they are'],
  ['query_pre_attn_scalar', [], 'attention scores divided by the square root of the head size'],
  ['attention_multiplier', [], 'attention scores divided by the square root of the head size'],
  ['attention_sink', [false], 'attention without added sinks'],
  ['embedding_multiplier', [1], 'embeddings as they are'],
  ['scale_emb', [1], 'embeddings as they are'],
  ['residual_multiplier', [1], 'a plain residual sum'],
  ['scale_depth', [], 'a plain residual sum'],
  ['logits_scaling', [1], 'logits as they are'],
  ['logit_scale', [1], 'logits as they are'],
  ['dim_model_base', [], 'logits as they are'],
];

/**
 * Inference has no dropout and no initialisation; ids other than end-of-text, sampling, outputs and how the weights are
 * quantised are decided elsewhere.
 */
export const ignoredFields: ReadonlySet<string> = new Set(
  `
  architectures model_type _name_or_path name_or_path auto_map transformers_version transformers.js_config
  torch_dtype dtype use_bfloat16 torchscript _attn_implementation _attn_implementation_autoset attn_implementation
  _flash_attn_2_enabled use_cache return_dict output_attentions output_hidden_states output_router_logits
  attention_dropout attn_dropout hidden_dropout resid_pdrop attn_pdrop embd_pdrop hidden_dropout_prob dropout
  classifier_dropout initializer_range initializer_factor pretraining_tp gradient_checkpointing tf_legacy_loss
  bos_token_id pad_token_id unk_token_id sep_token_id cls_token_id decoder_start_token_id prefix tokenizer_class
  is_decoder tie_encoder_decoder cross_attention_hidden_size chunk_size_feed_forward pruned_heads
  finetuning_task task_specific_params problem_type id2label label2id num_labels
  max_length min_length do_sample early_stopping num_beams num_beam_groups diversity_penalty temperature top_k top_p
  typical_p repetition_penalty length_penalty no_repeat_ngram_size encoder_no_repeat_ngram_size bad_words_ids
  num_return_sequences output_scores return_dict_in_generate forced_bos_token_id forced_eos_token_id
  remove_invalid_values exponential_decay_length_penalty suppress_tokens begin_suppress_tokens
  router_aux_loss_coef router_jitter_noise num_experts_per_tok
  quantization quantization_config
  unsloth_version unsloth_fixed is_llama_config base_model_tp_plan base_model_pp_plan
  `
    .trim()
    .split(/\s+/),
);
