"""Starts the vision transformer as a network that already knows what a neighbour is.

With random weights a transformer this small spends most of its training on finding out which
patches lie side by side. Here every head begins with a look at one fixed neighbour of each patch, so that a
layer begins as something like a 3x3 convolution; training may change all of it.
"""

import math

import torch
from torch import Tensor, nn

from model import VisionTransformer

# Sharpness of the first look: the score of a patch in the right row or column, at the neighbour twice.
LOOK = 3.5
OFFSETS = [(row, column) for row in (-1, 0, 1) for column in (-1, 0, 1)]
CONTENT = 0.5  # deviation of what a patch's pixels contribute; positions have amplitude 1


def frequencies(head_dim: int, grid: int) -> Tensor:
    """Half as many waves as a head has pairs of numbers; with as many waves as rows, the waves of
    two positions match exactly where the positions are the same, and cancel elsewhere."""
    count = head_dim // 4
    return math.pi * (torch.arange(count) + 0.5) / max(count, grid)


def waves(positions: Tensor, frequency: Tensor) -> Tensor:
    """Cosine and sine of every wave at [n] positions: [n, 2 * waves]."""
    angles = positions[:, None] * frequency
    return torch.cat((angles.cos(), angles.sin()), 1)


def turned(offset: float, frequency: Tensor) -> Tensor:
    """The matrix that turns waves(p) into waves(p + offset), [2 * waves, 2 * waves]."""
    cosine, sine = (offset * frequency).cos().diag(), (offset * frequency).sin().diag()
    return torch.cat((torch.cat((cosine, -sine), 1), torch.cat((sine, cosine), 1)), 0)


@torch.no_grad()
def initialise(model: VisionTransformer, patches: Tensor) -> None:
    """`patches` [n, channels * patch size²], normalised, of training images: the projection starts
    with their principal components."""
    config = model.config
    hidden, head_dim, grid = config.hidden_size, config.head_dim, config.grid
    frequency = frequencies(head_dim, grid)
    deep = (2 * config.num_hidden_layers) ** -0.5  # so that depth adds no variance
    for module in model.modules():
        if isinstance(module, nn.Linear):
            nn.init.orthogonal_(module.weight)
            nn.init.zeros_(module.bias)

    embeddings = model.vit.embeddings
    along = waves(torch.arange(grid).float(), frequency)
    position = torch.cat((along.repeat_interleave(grid, 0), along.repeat(grid, 1)), 1)
    embeddings.position_embeddings[0, 1:, :head_dim] = position
    nn.init.normal_(embeddings.cls_token, std=0.02)

    projection = embeddings.patch_embeddings.projection
    values, vectors = torch.linalg.eigh(patches.T @ patches / len(patches))
    count = min(hidden - head_dim, len(values))
    values, vectors = values.flip(0)[:count].clamp(min=0), vectors.flip(1)[:, :count]
    kernels = (vectors * CONTENT / (values + 0.1).sqrt()).T
    nn.init.zeros_(projection.weight)
    nn.init.zeros_(projection.bias)
    projection.weight[head_dim : head_dim + count] = kernels.view(count, *projection.weight.shape[1:])

    # The norm before attention divides by the deviation over the hidden numbers.
    variance = (head_dim / 2 + (hidden - head_dim) * CONTENT**2) / hidden
    gain = (LOOK * head_dim**0.5 * variance / (head_dim / 4)) ** 0.5
    for layer in model.vit.encoder.layer:
        attention = layer.attention.attention
        order = torch.randperm(len(OFFSETS)).tolist()
        for linear in (attention.query, attention.key):
            nn.init.normal_(linear.weight, std=0.02)
        for head in range(config.num_attention_heads):
            row, column = OFFSETS[order[head % len(OFFSETS)]]
            rows = slice(head * head_dim, (head + 1) * head_dim)
            attention.query.weight[rows, :head_dim] += gain * torch.block_diag(
                turned(row, frequency), turned(column, frequency)
            )
            attention.key.weight[rows, :head_dim] += gain * torch.eye(head_dim)
        layer.attention.output.dense.weight *= deep
        layer.output.dense.weight *= deep
    nn.init.zeros_(model.classifier.weight)
