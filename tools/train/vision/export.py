"""Writes a checkpoint as a Hugging Face folder: F16 weights, config, preprocessor config; then
checks that the F16 weights say the same of the test images as the float32 ones."""

import argparse
import json
from pathlib import Path

import torch
from PIL import Image
from safetensors.torch import save_file

from cifar import CLASSES, DEVIATION, MEAN, image_paths
from loading import Preparation, load_model, logits_of
from model import VisionTransformer, VitConfig


def hugging_face_config(config: VitConfig) -> dict:
    return {
        "architectures": ["ViTForImageClassification"],
        "model_type": "vit",
        "image_size": config.image_size,
        "patch_size": config.patch_size,
        "num_channels": config.num_channels,
        "hidden_size": config.hidden_size,
        "num_hidden_layers": config.num_hidden_layers,
        "num_attention_heads": config.num_attention_heads,
        "intermediate_size": config.intermediate_size,
        "hidden_act": "gelu",
        "layer_norm_eps": config.layer_norm_eps,
        "qkv_bias": True,
        "hidden_dropout_prob": 0.0,
        "attention_probs_dropout_prob": 0.0,
        "initializer_range": 0.02,
        "id2label": {str(label): name for label, name in enumerate(CLASSES)},
        "label2id": {name: label for label, name in enumerate(CLASSES)},
        "torch_dtype": "float16",
    }


def preprocessor_config(config: VitConfig) -> dict:
    return {
        "image_processor_type": "ViTImageProcessor",
        "do_resize": True,
        "size": {"height": config.image_size, "width": config.image_size},
        "resample": 3,
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": list(MEAN),
        "image_std": list(DEVIATION),
    }


def write_json(path: Path, content: dict) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True, help="final.pt or checkpoint.pt of train.py")
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and test/")
    parser.add_argument("--out", type=Path, required=True, help="model folder")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)
    model = VisionTransformer(VitConfig()).eval()
    model.load_state_dict(torch.load(arguments.checkpoint)["model"])
    halves = {name: weight.half().contiguous() for name, weight in model.state_dict().items()}
    for name, half in halves.items():
        assert half.isfinite().all(), f"{name} does not fit F16"
    arguments.out.mkdir(parents=True, exist_ok=True)
    save_file(halves, arguments.out / "model.safetensors", metadata={"format": "pt"})
    write_json(arguments.out / "config.json", hugging_face_config(model.config))
    write_json(arguments.out / "preprocessor_config.json", preprocessor_config(model.config))
    size = (arguments.out / "model.safetensors").stat().st_size
    print(f"{len(halves)} tensors, {sum(h.numel() for h in halves.values())} parameters, {size} bytes")

    prepare = Preparation(arguments.out)
    pictures = [prepare(Image.open(arguments.data / "test" / path)) for path, _ in image_paths(arguments.data, "test")]
    wide, narrow = logits_of(model, pictures), logits_of(load_model(arguments.out), pictures)
    same = int((wide.argmax(1) == narrow.argmax(1)).sum())
    print(f"same class from F16 as from float32: {same} of {len(pictures)} test images, "
          f"largest difference of a logit {(wide - narrow).abs().max():.4f}")  # fmt: skip


if __name__ == "__main__":
    main()
