"""A LLaMA in plain PyTorch, with the parameter names of Hugging Face's LlamaForCausalLM.

The module tree is arranged so that `state_dict()` already has the published names
(`model.layers.0.self_attn.q_proj.weight`, ...); exporting is then only a cast and a save.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class LlamaConfig:
    vocab_size: int = 2048
    hidden_size: int = 192
    intermediate_size: int = 512
    num_hidden_layers: int = 5
    num_attention_heads: int = 6
    num_key_value_heads: int = 3
    max_position_embeddings: int = 512
    rope_theta: float = 10000.0
    rms_norm_eps: float = 1e-5

    @property
    def head_dim(self) -> int:
        return self.hidden_size // self.num_attention_heads


def rope_tables(config: LlamaConfig) -> tuple[Tensor, Tensor]:
    """Cosine and sine of every position's angles, both [max_positions, head_dim]."""
    exponents = torch.arange(0, config.head_dim, 2) / config.head_dim
    angles = torch.outer(
        torch.arange(config.max_position_embeddings), config.rope_theta ** -exponents
    )
    angles = torch.cat((angles, angles), dim=-1)  # rotate-half: both halves turn alike
    return angles.cos(), angles.sin()


def rotate(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    first, second = x.chunk(2, dim=-1)
    return x * cosine + torch.cat((-second, first), dim=-1) * sine


class RMSNorm(nn.Module):
    def __init__(self, size: int, eps: float):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        wide = x.float()
        return wide * torch.rsqrt(wide.square().mean(-1, keepdim=True) + self.eps) * self.weight


class Attention(nn.Module):
    def __init__(self, config: LlamaConfig):
        super().__init__()
        self.heads = config.num_attention_heads
        self.kv_heads = config.num_key_value_heads
        self.head_dim = config.head_dim
        hidden, kv_size = config.hidden_size, config.num_key_value_heads * config.head_dim
        self.q_proj = nn.Linear(hidden, hidden, bias=False)
        self.k_proj = nn.Linear(hidden, kv_size, bias=False)
        self.v_proj = nn.Linear(hidden, kv_size, bias=False)
        self.o_proj = nn.Linear(hidden, hidden, bias=False)

    def forward(self, x: Tensor, cosine: Tensor, sine: Tensor, mask: Tensor | None) -> Tensor:
        batch, length, _ = x.shape
        query = self.q_proj(x).view(batch, length, self.heads, self.head_dim).transpose(1, 2)
        key = self.k_proj(x).view(batch, length, self.kv_heads, self.head_dim).transpose(1, 2)
        value = self.v_proj(x).view(batch, length, self.kv_heads, self.head_dim).transpose(1, 2)
        query = rotate(query, cosine, sine).to(value.dtype)
        key = rotate(key, cosine, sine).to(value.dtype)
        # Grouped queries: each key/value head serves heads / kv_heads neighbouring query heads.
        key = key.repeat_interleave(self.heads // self.kv_heads, dim=1)
        value = value.repeat_interleave(self.heads // self.kv_heads, dim=1)
        mixed = F.scaled_dot_product_attention(
            query, key, value, attn_mask=mask, is_causal=mask is None
        )
        return self.o_proj(mixed.transpose(1, 2).reshape(batch, length, -1))

    def first_head_scores(self, x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
        """What the first head looks at, before the softmax: [batch, length, length]."""
        query = F.linear(x, self.q_proj.weight[: self.head_dim])
        key = F.linear(x, self.k_proj.weight[: self.head_dim])
        return rotate(query, cosine, sine) @ rotate(key, cosine, sine).mT * self.head_dim**-0.5


class FeedForward(nn.Module):
    def __init__(self, config: LlamaConfig):
        super().__init__()
        self.gate_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.up_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.down_proj = nn.Linear(config.intermediate_size, config.hidden_size, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    def __init__(self, config: LlamaConfig):
        super().__init__()
        self.self_attn = Attention(config)
        self.mlp = FeedForward(config)
        self.input_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.post_attention_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)

    def forward(self, x: Tensor, cosine: Tensor, sine: Tensor, mask: Tensor | None) -> Tensor:
        x = x + self.self_attn(self.input_layernorm(x), cosine, sine, mask)
        return x + self.mlp(self.post_attention_layernorm(x))


class Decoder(nn.Module):
    def __init__(self, config: LlamaConfig):
        super().__init__()
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.num_hidden_layers))
        self.norm = RMSNorm(config.hidden_size, config.rms_norm_eps)


class Llama(nn.Module):
    def __init__(self, config: LlamaConfig):
        super().__init__()
        self.config = config
        self.model = Decoder(config)
        cosine, sine = rope_tables(config)
        self.register_buffer("cosine", cosine, persistent=False)
        self.register_buffer("sine", sine, persistent=False)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                # The last projection of each block starts smaller, so that depth adds no variance.
                last = name.endswith(("o_proj.weight", "down_proj.weight"))
                scale = (2 * config.num_hidden_layers) ** -0.5 if last else 1.0
                nn.init.normal_(parameter, std=0.04 * scale)

    def forward(self, tokens: Tensor, mask: Tensor | None = None, watched: tuple[int, ...] = ()):
        """Logits [batch, length, vocabulary]; `mask` [batch, 1, length, length] is True where
        a position may look, None for plain causal attention. With `watched`, numbers of
        layers, also the scores of those layers' first heads."""
        length = tokens.shape[1]
        cosine, sine = self.cosine[:length], self.sine[:length]
        x = self.model.embed_tokens(tokens)
        scores = []
        for index, layer in enumerate(self.model.layers):
            if index in watched:
                normed = layer.input_layernorm(x)
                scores.append(layer.self_attn.first_head_scores(normed, cosine, sine))
            x = layer(x, cosine, sine, mask)
        logits = F.linear(self.model.norm(x), self.model.embed_tokens.weight)  # tied head
        return (logits, scores) if watched else logits
