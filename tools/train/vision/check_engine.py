"""Compares the logits of the command line with PyTorch's, picture by picture.

Both get the pixels that Pillow decoded, as PNG: decoders of JPEG differ by a level here and there.
"""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

from loading import Preparation, load_model, logits_of

TOLERANCE = 1e-4  # of the largest logit
ROOT = Path(__file__).parents[3]


def ask_engine(model: Path, picture: Image.Image) -> list[dict]:
    """The five likeliest classes, each with id, label and logit."""
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        picture.save(file.name)
        command = ["node", "tools/run.mjs", "main", "explain", "--model", model.resolve(), "--image", file.name, "--json"]
        printed = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(printed)["classes"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--images", type=Path, nargs="+", required=True, help="PNG or JPEG files")
    arguments = parser.parse_args()

    model, prepare = load_model(arguments.model), Preparation(arguments.model)
    worst = 0.0
    for path in arguments.images:
        picture = Image.open(path).convert("RGB")
        logits = logits_of(model, [prepare(picture)])[0]
        classes = ask_engine(arguments.model, picture)
        for said in classes:
            difference = abs(said["logit"] - logits[said["id"]].item()) / logits.abs().max().item()
            worst = max(worst, difference)
            assert difference < TOLERANCE, f"{path}: {said['label']} {said['logit']}, expected {logits[said['id']]}"
        print(f"{path.name}: {classes[0]['label']}, the same")
    print(f"largest difference {worst:.1e} of the largest logit")


if __name__ == "__main__":
    main()
