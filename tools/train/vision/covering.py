"""What the model itself rests on in the mosaics of the benchmark, without any map: how far the asked
class's logit falls when one tile after the other is covered with the training images' mean colour."""

import argparse
import json
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from cifar import CLASSES, SIDE
from loading import Preparation, load_model, logits_of


def compose(tiles: list[str], folder: Path) -> Image.Image:
    mosaic = Image.new("RGB", (2 * SIDE, 2 * SIDE))
    for index, tile in enumerate(tiles):
        mosaic.paste(Image.open(folder / tile).convert("RGB"), (SIDE * (index % 2), SIDE * (index // 2)))
    return mosaic


def with_covered(pictures: Tensor, tile: int) -> Tensor:
    """Normalised pictures with one tile at 0, which is the mean colour."""
    covered, top, left = pictures.clone(), SIDE * (tile // 2), SIDE * (tile % 2)
    covered[:, :, top : top + SIDE, left : left + SIDE] = 0
    return covered


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with test/")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--benchmark", type=Path, required=True, help="mosaics.json")
    arguments = parser.parse_args()

    model, prepare = load_model(arguments.model), Preparation(arguments.model)
    items = json.loads(arguments.benchmark.read_text())["items"]
    pictures = torch.stack([prepare(compose(item["tiles"], arguments.data)) for item in items])
    asked = torch.tensor([CLASSES.index(item["label"]) for item in items])
    tiles = torch.tensor([item["tile"] for item in items])
    each = torch.arange(len(items))
    logits = logits_of(model, list(pictures))
    falls = torch.stack([logits[each, asked] - logits_of(model, list(with_covered(pictures, tile)))[each, asked]
                         for tile in range(4)], 1)  # fmt: skip
    positive = falls.clamp(min=0)
    share = (positive[each, tiles] / positive.sum(1).clamp(min=1e-9)).mean()
    ranks = logits.argsort(1, descending=True)
    alone = torch.zeros_like(pictures)
    for tile in range(4):
        others = with_covered(pictures, tile)
        alone[tiles == tile] = (pictures - others)[tiles == tile]
    recognised = logits_of(model, list(alone)).argmax(1) == asked
    print(f"asked class the likeliest in {100 * (ranks[:, 0] == asked).float().mean():.1f} %, "
          f"among the four likeliest in {100 * (ranks[:, :4] == asked[:, None]).any(1).float().mean():.1f} %")  # fmt: skip
    print(f"its logit falls most with the right tile in {100 * (falls.argmax(1) == tiles).float().mean():.1f} %, "
          f"which has {100 * share:.1f} % of the falls")  # fmt: skip
    print(f"the right tile alone is recognised in {100 * recognised.float().mean():.1f} %")


if __name__ == "__main__":
    main()
