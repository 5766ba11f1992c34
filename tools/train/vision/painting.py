"""A few brushes over Pillow: shapes filled with a gradient, soft clouds and shadows, grain.

Coordinates run from 0 to 1, x to the right and y down; shapes are drawn four times as large as
they will be, which smooths their edges.
"""

import math
from collections.abc import Sequence
from random import Random

import numpy
from PIL import Image, ImageChops, ImageDraw, ImageFilter

SIDE = 256
OVERSAMPLING = 4

Colour = tuple[int, int, int]
Points = Sequence[tuple[float, float]]


def curve(points: Points, steps: int = 12) -> list[tuple[float, float]]:
    """A closed smooth line through the points (Catmull-Rom)."""
    smooth = []
    for index in range(len(points)):
        a, b, c, d = (points[(index + offset) % len(points)] for offset in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            smooth.append(tuple(
                0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t**2 + (3 * q - p - 3 * r + s) * t**3)
                for p, q, r, s in zip(a, b, c, d)
            ))  # fmt: skip
    return smooth


def ellipse(x: float, y: float, width: float, height: float) -> list[tuple[float, float]]:
    """`width` and `height` from the middle to the edge."""
    turns = [2 * math.pi * step / 64 for step in range(64)]
    return [(x + width * math.cos(turn), y + height * math.sin(turn)) for turn in turns]


def box(left: float, top: float, right: float, bottom: float) -> list[tuple[float, float]]:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


class Painting:
    def __init__(self, seed: int, turn: float = 0.0):
        """`turn`: degrees by which every following shape is turned around the middle."""
        self.side = SIDE * OVERSAMPLING
        self.random = Random(seed)
        self.turn = turn
        self.image = Image.new("RGB", (self.side, self.side))

    def place(self, points: Points) -> list[tuple[float, float]]:
        sine, cosine = math.sin(math.radians(self.turn)), math.cos(math.radians(self.turn))
        return [(self.side * (0.5 + (x - 0.5) * cosine - (y - 0.5) * sine),
                 self.side * (0.5 + (x - 0.5) * sine + (y - 0.5) * cosine)) for x, y in points]  # fmt: skip

    def mask(self, points: Points, blur: float = 0.0) -> Image.Image:
        drawn = Image.new("L", self.image.size)
        ImageDraw.Draw(drawn).polygon(self.place(points), fill=255)
        return drawn.filter(ImageFilter.GaussianBlur(blur * self.side)) if blur else drawn

    def fill(self, points: Points, top: Colour, bottom: Colour | None = None, blur: float = 0.0, opacity: float = 1.0) -> None:
        """The shape in a gradient from its upper to its lower edge."""
        mask = self.mask(points, blur)
        if opacity < 1:
            mask = mask.point(lambda level: round(level * opacity))
        rows = numpy.linspace(0, 1, self.side)
        ys = [y for _, y in points]
        share = ((rows - min(ys)) / max(max(ys) - min(ys), 1e-6)).clip(0, 1)[:, None, None]
        colours = numpy.array(top) * (1 - share) + numpy.array(bottom or top) * share
        gradient = Image.fromarray(colours.astype(numpy.uint8)).resize(self.image.size)
        self.image.paste(gradient, mask=mask)

    def cloud(self, x: float, y: float, size: float, colour: Colour = (255, 255, 255)) -> None:
        for _ in range(9):
            across, down = self.random.uniform(-1, 1), self.random.uniform(-0.3, 0.3)
            wide = size * self.random.uniform(0.25, 0.5)
            self.fill(ellipse(x + across * size * 0.8, y + down * size * 0.5, wide, wide * 0.5), colour,
                      blur=size * 0.09, opacity=0.45)  # fmt: skip

    def grain(self, strength: float) -> None:
        """The unevenness of a photograph, coarse and fine."""
        numbers = numpy.random.default_rng(self.random.getrandbits(32))
        total = numpy.zeros((self.side, self.side))
        for cells in (16, 64, 256):
            noise = Image.fromarray(numbers.normal(size=(cells, cells)).astype(numpy.float32))
            total += numpy.asarray(noise.resize(self.image.size, Image.Resampling.BICUBIC))
        shifted = numpy.asarray(self.image, dtype=float) + strength * total[:, :, None]
        self.image = Image.fromarray(shifted.clip(0, 255).astype(numpy.uint8))

    def shade(self, points: Points, strength: float, blur: float) -> None:
        """A soft shadow."""
        dark = self.mask(points, blur).point(lambda level: round(255 - level * strength))
        self.image = ImageChops.multiply(self.image, Image.merge("RGB", [dark] * 3))

    def finished(self) -> Image.Image:
        return self.image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
