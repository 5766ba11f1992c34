"""Reads a published model folder, and prepares pictures as its preprocessor_config.json says."""

import json
from pathlib import Path

import numpy
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor

from model import VisionTransformer, VitConfig


def load_model(folder: Path) -> VisionTransformer:
    """The published weights in float32, ready to use."""
    config = json.loads((folder / "config.json").read_text())
    fields = {name: config[name] for name in VitConfig.__dataclass_fields__ if name in config}
    model = VisionTransformer(VitConfig(**fields, num_labels=len(config["id2label"])))
    model.load_state_dict({name: half.float() for name, half in load_file(folder / "model.safetensors").items()})
    return model.eval()


class Preparation:
    def __init__(self, folder: Path):
        processor = json.loads((folder / "preprocessor_config.json").read_text())
        self.size = (processor["size"]["width"], processor["size"]["height"])
        self.resample = Image.Resampling(processor["resample"])
        self.factor = processor["rescale_factor"]
        self.mean = torch.tensor(processor["image_mean"])[:, None, None]
        self.deviation = torch.tensor(processor["image_std"])[:, None, None]

    def __call__(self, picture: Image.Image) -> Tensor:
        """[3, height, width]; a picture that already has the model's size keeps its pixels."""
        picture = picture.convert("RGB")
        if picture.size != self.size:
            picture = picture.resize(self.size, self.resample)
        pixels = torch.from_numpy(numpy.array(picture)).permute(2, 0, 1)
        return (pixels * self.factor - self.mean) / self.deviation


def logits_of(model: VisionTransformer, pictures: list[Tensor]) -> Tensor:
    """[pictures, classes], in float32."""
    with torch.no_grad():
        batches = [model(torch.stack(pictures[start : start + 250])) for start in range(0, len(pictures), 250)]
    return torch.cat(batches)
