"""Writes a checkpoint, or the mean of several, as a Hugging Face folder: F16 weights, config, generation config."""

import argparse
import json
from pathlib import Path

from safetensors.torch import save_file

from loading import mean_weights
from model import Llama, LlamaConfig


def hugging_face_config(config: LlamaConfig) -> dict:
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": config.vocab_size,
        "hidden_size": config.hidden_size,
        "intermediate_size": config.intermediate_size,
        "num_hidden_layers": config.num_hidden_layers,
        "num_attention_heads": config.num_attention_heads,
        "num_key_value_heads": config.num_key_value_heads,
        "head_dim": config.head_dim,
        "max_position_embeddings": config.max_position_embeddings,
        "rms_norm_eps": config.rms_norm_eps,
        "rope_theta": config.rope_theta,
        "rope_scaling": None,
        "hidden_act": "silu",
        "attention_bias": False,
        "mlp_bias": False,
        "tie_word_embeddings": True,
        "bos_token_id": 0,
        "eos_token_id": 1,
        "initializer_range": 0.04,
        "torch_dtype": "float16",
        "use_cache": True,
    }


GENERATION = {
    "bos_token_id": 0,
    "eos_token_id": 1,
    "pad_token_id": 1,
    "do_sample": False,
    "max_length": 512,
}


def write_json(path: Path, content: dict) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True, help="model folder, with its tokenizer")
    arguments = parser.parse_args()

    weights = mean_weights(arguments.checkpoint)
    model = Llama(LlamaConfig(vocab_size=weights["model.embed_tokens.weight"].shape[0]))
    model.load_state_dict(weights)
    halves = {name: weight.half().contiguous() for name, weight in model.state_dict().items()}
    for name, half in halves.items():
        assert half.isfinite().all(), f"{name} does not fit F16"
    save_file(halves, arguments.out / "model.safetensors", metadata={"format": "pt"})
    write_json(arguments.out / "config.json", hugging_face_config(model.config))
    write_json(arguments.out / "generation_config.json", GENERATION)
    size = (arguments.out / "model.safetensors").stat().st_size
    print(f"{len(halves)} tensors, {sum(h.numel() for h in halves.values())} parameters, {size} bytes")


if __name__ == "__main__":
    main()
