"""What is done to the images before a network sees them; everything on whole batches."""

import torch
import torch.nn.functional as F
from torch import Tensor

from cifar import DEVIATION, MEAN, SIDE

SHIFT = 3
INPUT_SIDE = 2 * SIDE


def normalise(images: Tensor) -> Tensor:
    """uint8 or float 0..255 [batch, 3, height, width] -> mean 0 and deviation 1 per channel."""
    mean = torch.tensor(MEAN)[:, None, None] * 255
    deviation = torch.tensor(DEVIATION)[:, None, None] * 255
    return (images.float() - mean) / deviation


def flip_and_shift(images: Tensor, random: torch.Generator) -> Tensor:
    """Half of the images mirrored, each moved by up to SHIFT pixels; edges are reflected."""
    count = len(images)
    padded = F.pad(images.float(), (SHIFT,) * 4, mode="reflect")
    steps = torch.arange(SIDE)
    rows, columns = torch.randint(0, 2 * SHIFT + 1, (2, count, 1), generator=random)
    mirrored = torch.rand(count, 1, generator=random) < 0.5
    columns = columns + torch.where(mirrored, SIDE - 1 - steps, steps)
    rows = rows + steps
    which = torch.arange(count)[:, None, None]
    return padded.permute(0, 2, 3, 1)[which, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def jitter(images: Tensor, random: torch.Generator) -> Tensor:
    """Brightness, contrast and colour of each image a little off; 0..255 as before."""
    count = len(images)
    contrast = 1 + 0.25 * (2 * torch.rand(count, 1, 1, 1, generator=random) - 1)
    light = 25 * (2 * torch.rand(count, 1, 1, 1, generator=random) - 1)
    tint = 10 * (2 * torch.rand(count, 3, 1, 1, generator=random) - 1)
    middle = images.mean((1, 2, 3), keepdim=True)
    return (images - middle) * contrast + middle + light + tint


def bicubic_matrix(sources: int, targets: int) -> Tensor:
    """The [targets, sources] matrix by which Pillow's bicubic filter enlarges a row of pixels."""
    rows = F.interpolate(torch.eye(sources)[:, None, None, :], (1, targets), mode="bicubic", antialias=True)
    return rows[:, 0, 0].T.contiguous()


ENLARGE = bicubic_matrix(SIDE, INPUT_SIDE)


def enlarge(images: Tensor, sharpness: float = 0.0) -> Tensor:
    """[batch, 3, 32, 32] -> [batch, 3, 64, 64], 0..255. Enlarged images are soft and photographs
    that were made smaller are not: positive sharpness overdoes edges, negative blurs."""
    before, after = ENLARGE[:1], ENLARGE[-1:]
    blurred = (torch.cat((before, ENLARGE[:-1])) + ENLARGE + torch.cat((ENLARGE[1:], after))) / 3
    matrix = ENLARGE + sharpness * (ENLARGE - blurred)
    return (matrix @ images @ matrix.T).clamp(0, 255)


def choose_tiles(labels: Tensor, mosaics: int, random: torch.Generator) -> Tensor:
    """Indices [mosaics, 4] into the batch: four images of different classes each."""
    classes = torch.rand(mosaics, 10, generator=random).argsort(1)[:, :4]
    fits = (labels[None, None, :] == classes[:, :, None]).float() + 1e-9
    return torch.multinomial(fits.flatten(0, 1), 1, generator=random).view(mosaics, 4)


def mosaics_of(images: Tensor, tiles: Tensor) -> Tensor:
    """Two by two of the images, side by side at their own size: [mosaics, 3, 64, 64]."""
    a, b, c, d = images[tiles].unbind(1)
    return torch.cat((torch.cat((a, b), 3), torch.cat((c, d), 3)), 2).clamp(0, 255)
