"""Draws the sample pictures of the first screen that are no photographs, and cuts out the one that is."""

import argparse
from pathlib import Path

from PIL import Image

from painting import Painting, box, curve, ellipse

QUALITY = 88
CAT_CROP = (16, 80, 216, 280)  # left, top, right, bottom, of the photograph of 451 x 300: eye and whiskers


def airplane() -> Image.Image:
    """An airliner in a blue sky, seen from the side, climbing a little."""
    p = Painting(seed=3)
    p.fill(box(0, 0, 1, 1), (58, 122, 196), (176, 210, 238))
    for x, y, size in ((0.18, 0.84, 0.22), (0.62, 0.93, 0.28), (0.9, 0.8, 0.2), (0.85, 0.14, 0.12)):
        p.cloud(x, y, size)
    p.turn = -9
    far_wing = [(0.5, 0.5), (0.57, 0.5), (0.69, 0.385), (0.65, 0.385)]
    p.fill(far_wing, (150, 158, 170), (176, 182, 192))
    p.fill([(0.8, 0.475), (0.9, 0.47), (0.97, 0.28), (0.9, 0.28)], (38, 72, 142), (28, 52, 110))
    body = curve([(0.055, 0.535), (0.1, 0.487), (0.17, 0.462), (0.32, 0.453), (0.6, 0.453), (0.8, 0.462), (0.95, 0.478),
                  (0.9, 0.515), (0.76, 0.562), (0.58, 0.58), (0.3, 0.582), (0.14, 0.572), (0.075, 0.556)])  # fmt: skip
    p.fill(body, (252, 253, 255), (158, 168, 184))
    p.fill([(0.09, 0.503), (0.155, 0.472), (0.165, 0.49), (0.12, 0.505)], (30, 40, 58), (60, 76, 98))
    for window in range(23):
        x = 0.22 + 0.0245 * window
        p.fill(ellipse(x, 0.503, 0.0065, 0.0105), (48, 62, 84))
    p.fill([(0.075, 0.541), (0.93, 0.497), (0.9, 0.512), (0.1, 0.556)], (196, 44, 48), (168, 30, 36))
    p.fill(ellipse(0.405, 0.645, 0.062, 0.035), (222, 226, 232), (112, 120, 134))
    p.fill(ellipse(0.35, 0.645, 0.014, 0.032), (52, 58, 68), (30, 34, 42))
    p.fill([(0.38, 0.555), (0.54, 0.555), (0.76, 0.79), (0.69, 0.795)], (214, 220, 228), (150, 160, 176))
    p.shade([(0.38, 0.565), (0.53, 0.565), (0.55, 0.6), (0.42, 0.6)], 0.25, 0.01)
    p.fill([(0.82, 0.5), (0.91, 0.497), (0.985, 0.57), (0.935, 0.572)], (206, 212, 222), (160, 168, 182))
    p.grain(1.6)
    return p.finished()


def ship() -> Image.Image:
    """A cargo ship on the open sea."""
    p = Painting(seed=5)
    p.fill(box(0, 0, 1, 0.6), (126, 172, 216), (226, 232, 232))
    for x, y, size in ((0.2, 0.18, 0.2), (0.75, 0.1, 0.24), (0.95, 0.32, 0.16)):
        p.cloud(x, y, size, (248, 248, 246))
    p.fill(box(0, 0.565, 1, 1), (66, 118, 152), (18, 56, 92))
    for _ in range(170):
        y = 0.58 + 0.42 * p.random.random() ** 1.3
        near = (y - 0.55) / 0.45
        x, wide = p.random.random(), 0.02 + 0.07 * near * p.random.random()
        light = p.random.random() < 0.5
        p.fill(ellipse(x, y, wide, 0.0022 + 0.005 * near), (150, 190, 210) if light else (16, 50, 84), opacity=0.35)
    p.fill(box(0.685, 0.235, 0.85, 0.5), (250, 250, 246), (206, 210, 214))
    p.fill(box(0.66, 0.3, 0.875, 0.335), (238, 240, 240), (196, 202, 208))
    for row in range(4):
        for column in range(6):
            p.fill(box(0.7 + 0.024 * column, 0.355 + 0.032 * row, 0.714 + 0.024 * column, 0.371 + 0.032 * row), (52, 70, 92))
    p.fill(box(0.69, 0.252, 0.845, 0.28), (44, 64, 88), (70, 92, 116))
    p.fill(box(0.785, 0.125, 0.845, 0.245), (222, 84, 40), (176, 56, 28))
    p.fill(box(0.785, 0.125, 0.845, 0.15), (34, 34, 38))
    p.fill(box(0.735, 0.13, 0.743, 0.24), (120, 126, 134))
    colours = [(198, 66, 52), (60, 116, 168), (226, 170, 62), (74, 140, 96), (170, 176, 184), (150, 74, 58)]
    for column in range(8):
        for row in range(3 if 1 <= column <= 6 else 2):
            colour = p.random.choice(colours)
            dark = tuple(round(level * 0.72) for level in colour)
            left, bottom = 0.155 + 0.062 * column, 0.5 - 0.056 * row
            p.fill(box(left, bottom - 0.053, left + 0.059, bottom), colour, dark)
    p.fill(box(0.115, 0.37, 0.122, 0.5), (126, 130, 136))
    p.fill([(0.035, 0.472), (0.14, 0.497), (0.93, 0.497), (0.915, 0.64), (0.1, 0.645)], (40, 58, 88), (20, 32, 54))
    p.fill([(0.083, 0.598), (0.92, 0.592), (0.912, 0.645), (0.1, 0.65)], (158, 44, 36), (112, 28, 24))
    p.fill([(0.04, 0.474), (0.14, 0.499), (0.93, 0.499), (0.929, 0.51), (0.14, 0.511), (0.043, 0.484)], (226, 230, 234))
    for left, right in ((0.06, 0.2), (0.2, 0.5), (0.5, 0.8), (0.78, 0.96)):
        p.fill(ellipse((left + right) / 2, 0.65, (right - left) / 2, 0.009), (232, 240, 244), blur=0.004, opacity=0.8)
    p.shade([(0.1, 0.665), (0.93, 0.665), (0.85, 0.78), (0.2, 0.78)], 0.45, 0.025)
    p.grain(1.8)
    return p.finished()


def truck() -> Image.Image:
    """A lorry with a red box on a country road."""
    p = Painting(seed=7)
    p.fill(box(0, 0, 1, 0.5), (134, 182, 226), (222, 234, 240))
    for x, y, size in ((0.25, 0.12, 0.2), (0.8, 0.2, 0.22)):
        p.cloud(x, y, size)
    hills = curve([(-0.2, 0.52), (0.1, 0.4), (0.35, 0.46), (0.6, 0.39), (0.85, 0.45), (1.2, 0.4), (1.2, 0.7), (-0.2, 0.7)])
    p.fill(hills, (98, 138, 96), (122, 156, 84))
    for _ in range(60):
        x, y, size = p.random.random(), p.random.uniform(0.49, 0.54), p.random.uniform(0.012, 0.035)
        p.fill(ellipse(x, y, size, size * 0.8), (62, 96, 54), (44, 74, 40))
    p.fill(box(0, 0.55, 1, 0.74), (124, 152, 76), (146, 150, 84))
    p.fill(box(0, 0.7, 1, 1), (104, 106, 110), (78, 80, 86))
    for mark in range(5):
        p.fill(box(0.03 + 0.22 * mark, 0.915, 0.15 + 0.22 * mark, 0.93), (226, 224, 212))
    p.shade(ellipse(0.5, 0.815, 0.46, 0.035), 0.7, 0.015)
    p.fill(box(0.07, 0.715, 0.93, 0.765), (44, 46, 52), (26, 28, 32))
    p.fill(box(0.06, 0.235, 0.66, 0.725), (208, 66, 50), (150, 34, 30))
    p.fill(box(0.06, 0.235, 0.66, 0.25), (232, 108, 88))
    for seam in range(1, 7):
        p.fill(box(0.06 + 0.0857 * seam, 0.25, 0.063 + 0.0857 * seam, 0.725), (122, 26, 24), opacity=0.8)
    cab = [(0.68, 0.735), (0.68, 0.355), (0.7, 0.335), (0.815, 0.335), (0.85, 0.36), (0.905, 0.525), (0.94, 0.545), (0.945, 0.735)]
    p.fill(cab, (246, 196, 70), (196, 130, 30))
    p.fill([(0.765, 0.385), (0.822, 0.385), (0.868, 0.52), (0.765, 0.52)], (70, 96, 122), (150, 182, 204))
    p.fill([(0.835, 0.385), (0.846, 0.385), (0.893, 0.52), (0.88, 0.52)], (54, 78, 104), (120, 150, 176))
    p.fill(box(0.7, 0.335, 0.815, 0.345), (255, 226, 140))
    p.fill(box(0.745, 0.37, 0.7485, 0.71), (150, 96, 20))
    p.fill(box(0.765, 0.56, 0.79, 0.572), (84, 56, 16))
    p.fill(ellipse(0.926, 0.63, 0.017, 0.027), (255, 246, 214), (222, 206, 160))
    p.fill(box(0.84, 0.715, 0.957, 0.76), (92, 96, 104), (54, 58, 64))
    for x in (0.17, 0.285, 0.82):
        p.fill(ellipse(x, 0.765, 0.077, 0.077), (30, 30, 34))
        p.fill(ellipse(x, 0.77, 0.066, 0.066), (34, 35, 40), (14, 14, 16))
        p.fill(ellipse(x, 0.77, 0.034, 0.034), (206, 210, 216), (124, 128, 136))
        p.fill(ellipse(x, 0.77, 0.012, 0.012), (70, 72, 78))
    p.grain(1.8)
    return p.finished()


DRAWN = {"airplane.jpg": airplane, "ship.jpg": ship, "truck.jpg": truck}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photograph", type=Path, help="scikit-image's chelsea.png; without it the cat is left as it is")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    pictures = {name: draw() for name, draw in DRAWN.items()}
    if arguments.photograph:
        photograph = Image.open(arguments.photograph).convert("RGB").crop(CAT_CROP)
        pictures["cat.jpg"] = photograph.resize((256, 256), Image.Resampling.LANCZOS)
    for name, picture in pictures.items():
        picture.save(arguments.out / name, quality=QUALITY, optimize=True)
        print(f"{name}: {(arguments.out / name).stat().st_size} bytes")


if __name__ == "__main__":
    main()
