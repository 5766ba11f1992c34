"""CIFAR-10 as JPEG files: FOLDER/{train,test}/<class>/NNNN.jpg, 32x32 RGB."""

from pathlib import Path

import numpy
from PIL import Image

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
COUNTS = {"train": 50_000, "test": 10_000}
MEAN = (0.4913, 0.4821, 0.4465)  # of the training images' values in [0, 1]
DEVIATION = (0.2452, 0.2428, 0.2606)
SIDE = 32


def image_paths(folder: Path, split: str) -> list[tuple[str, int]]:
    """(`cat/0001.jpg`, label) of every image of a split, in the order of the names."""
    found = [(f"{name}/{path.name}", label) for label, name in enumerate(CLASSES)
             for path in sorted((folder / split / name).glob("*.jpg"))]  # fmt: skip
    if len(found) != COUNTS[split]:
        raise FileNotFoundError(f"{folder / split} has {len(found)} images, expected {COUNTS[split]}")
    return found


def load(folder: Path, split: str) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Images uint8 [N, 3, 32, 32] and labels int64 [N] in the order of `image_paths`; decoded
    once, then read from a file beside the images."""
    decoded = folder / f"{split}.npz"
    if not decoded.exists():
        paths = image_paths(folder, split)
        images = [numpy.asarray(Image.open(folder / split / path).convert("RGB")) for path, _ in paths]
        part = decoded.with_suffix(".part.npz")
        numpy.savez(part, images=numpy.stack(images).transpose(0, 3, 1, 2),
                    labels=numpy.array([label for _, label in paths]))  # fmt: skip
        part.replace(decoded)
    arrays = numpy.load(decoded)
    return arrays["images"], arrays["labels"]
