"""Test accuracy of a published folder on the JPEG copies of CIFAR-10, prepared as the app does it:
Pillow's bicubic filter to the model's size, 8 bits, then normalised. Also how many mosaics of four
classes have those four on top."""

import argparse
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from cifar import CLASSES, image_paths, load
from augmenting import choose_tiles, mosaics_of, normalise
from loading import Preparation, load_model, logits_of
from model import VisionTransformer

MOSAICS = 2000
SEED = 7


def mosaic_figures(model: VisionTransformer, images: Tensor, labels: Tensor) -> tuple[float, float]:
    """Share of mosaics whose likeliest class is one of the four, and the mean share of the four
    classes that are among the four likeliest."""
    random = torch.Generator().manual_seed(SEED)
    picked = torch.randperm(len(images), generator=random)[:MOSAICS]
    tiles = choose_tiles(labels[picked], MOSAICS, random)
    mosaics = mosaics_of(images[picked].float(), tiles)
    wanted = torch.zeros(MOSAICS, len(CLASSES)).scatter(1, labels[picked][tiles], 1.0)
    top = logits_of(model, list(normalise(mosaics))).topk(4).indices
    return wanted.gather(1, top[:, :1]).mean().item(), wanted.gather(1, top).mean().item()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and test/")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)
    model, prepare = load_model(arguments.model), Preparation(arguments.model)
    named = image_paths(arguments.data, "test")
    pictures = [prepare(Image.open(arguments.data / "test" / path)) for path, _ in named]
    right = logits_of(model, pictures).argmax(1) == torch.tensor([label for _, label in named])
    print(f"| class | right of {len(named) // len(CLASSES)} |\n| --- | ---: |")
    for label, name in enumerate(CLASSES):
        print(f"| {name} | {int(right[[place for place, (_, own) in enumerate(named) if own == label]].sum())} |")
    print(f"| all {len(named)} | {100 * right.float().mean():.2f} % |")
    first, four = mosaic_figures(model, *(torch.from_numpy(array) for array in load(arguments.data, "test")))
    print(f"\nmosaics: the likeliest class is one of the four in {100 * first:.1f} % of {MOSAICS}; "
          f"of the four classes {100 * four:.1f} % are among the four likeliest")  # fmt: skip


if __name__ == "__main__":
    main()
