"""Loads an exported model folder again, as any other program would: from its files alone."""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

from model import Llama, LlamaConfig


def load_folder(folder: Path) -> tuple[Llama, Tokenizer]:
    """The model in float32 from the F16 file, and its tokenizer."""
    content = json.loads((folder / "config.json").read_text())
    fields = LlamaConfig.__dataclass_fields__
    model = Llama(LlamaConfig(**{name: content[name] for name in fields}))
    model.load_state_dict({k: w.float() for k, w in load_file(folder / "model.safetensors").items()})
    return model.eval(), Tokenizer.from_file(str(folder / "tokenizer.json"))


def mean_weights(checkpoints: list[Path]) -> dict[str, torch.Tensor]:
    """The weights of a checkpoint, or the mean of several of one run, which errs a little less."""
    states = [torch.load(path)["model"] for path in checkpoints]
    return {name: sum(state[name] for state in states) / len(states) for name in states[0]}


def generate(model: Llama, tokenizer: Tokenizer, prompt: str, most: int = 300, temperature: float = 0.0,
             generator: torch.Generator | None = None) -> str:  # fmt: skip
    """What follows the prompt, up to EOS; greedy at temperature 0."""
    tokens = tokenizer.encode(prompt).ids
    start, eos = len(tokens), tokenizer.token_to_id("</s>")
    with torch.inference_mode():
        while len(tokens) < min(start + most, model.config.max_position_embeddings):
            logits = model(torch.tensor([tokens]))[0, -1]
            if temperature:
                chances = (logits / temperature).softmax(-1)
                token = int(torch.multinomial(chances, 1, generator=generator))
            else:
                token = int(logits.argmax())
            if token == eos:
                break
            tokens.append(token)
    return tokenizer.decode(tokens[start:], skip_special_tokens=False)
