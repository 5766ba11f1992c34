"""Writes public/benchmarks/mosaics.json: which test images form a mosaic, which class is asked for.

Only images that the model classifies rightly on their own are used, so that a map is not blamed
for what the model did not see. No image appears twice. With --samples also a few mosaics of pictures that
come with the app, again of those that the model gets right as tiles: alone, made as small as a tile.
"""

import argparse
import json
from itertools import combinations
from pathlib import Path
from random import Random

import torch
from PIL import Image

from cifar import CLASSES, SIDE, image_paths
from loading import Preparation, load_model, logits_of

DESCRIPTION = (
    "Four pictures of different classes, two by two. `tiles` row by row: `items` name files of CIFAR-10 as JPEG copies "
    "(test/class/number), `samples` name files of public/samples. `label` is the asked class, `tile` (0 to 3) "
    "shows it. All tiles of `items` are test images that tiny-sight classifies rightly on their own; no image is used twice."
)


def draw(right: dict[str, list[str]], count: int, random: Random) -> list[dict]:
    """`right`: the usable files of each class. The asked class and its tile take turns."""
    pools = {name: random.sample(files, len(files)) for name, files in right.items()}
    items = []
    for index in range(count):
        asked = CLASSES[index % len(CLASSES)]
        others = random.sample([name for name in CLASSES if name != asked], 3)
        tile = random.randrange(4)
        names = others[:tile] + [asked] + others[tile:]
        items.append({"tiles": [pools[name].pop() for name in names], "label": asked, "tile": tile})
    return items


def draw_samples(files: dict[str, str], count: int, random: Random) -> list[dict]:
    """`files`: file name -> label. Every group of four different classes may come."""
    groups = [group for group in combinations(sorted(files), 4) if len({files[name] for name in group}) == 4]
    items = []
    for index in range(count):
        tiles = random.sample(random.choice(groups), 4)
        items.append({"tiles": tiles, "label": files[tiles[index % 4]], "tile": index % 4})
    return items


def write(path: Path, seed: int, lists: dict[str, list[dict]]) -> None:
    """One line per mosaic, so that changes can be read."""
    parts = [f'  "format": "attnlrp-mosaics/1",\n  "name": "mosaics",\n  "description": {json.dumps(DESCRIPTION)},\n  "seed": {seed}']
    parts += [f'  "{name}": [\n' + ",\n".join(f"    {json.dumps(item)}" for item in items) + "\n  ]" for name, items in lists.items()]
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and test/")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--samples", type=Path, required=True, help="folder with index.json")
    parser.add_argument("--out", type=Path, required=True, help="mosaics.json")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)
    model, prepare = load_model(arguments.model), Preparation(arguments.model)

    def said(paths: list[Path], side: int | None = None) -> list[str]:
        """The likeliest class of each picture, which is first made `side` pixels wide and high."""
        pictures = [Image.open(path).convert("RGB") for path in paths]
        small = [picture.resize((side, side), Image.Resampling.BICUBIC) if side else picture for picture in pictures]
        return [CLASSES[label] for label in logits_of(model, [prepare(picture) for picture in small]).argmax(1).tolist()]

    named = image_paths(arguments.data, "test")
    right: dict[str, list[str]] = {name: [] for name in CLASSES}
    for (path, label), answer in zip(named, said([arguments.data / "test" / path for path, _ in named])):
        if answer == CLASSES[label]:
            right[answer].append(f"test/{path}")
    samples = {entry["file"]: entry["label"] for entry in json.loads((arguments.samples / "index.json").read_text())}
    answers = said([arguments.samples / name for name in samples], SIDE)
    usable = {name: label for (name, label), answer in zip(samples.items(), answers) if answer == label}
    print(f"usable samples: {', '.join(usable)}")
    random = Random(arguments.seed)
    lists = {"items": draw(right, arguments.count, random), "samples": draw_samples(usable, 8, random)}
    write(arguments.out, arguments.seed, lists)
    print(f"{arguments.count} mosaics, from {sum(map(len, right.values()))} usable test images")


if __name__ == "__main__":
    main()
