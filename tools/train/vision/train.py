"""Trains the vision transformer on images and on mosaics of four of them.

The learning rate rises, stays, and falls to zero over the last part of the given minutes. Time
spent is kept in the checkpoint, so a run can be resumed, also with more or fewer minutes than it
was started with.
"""

import argparse
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from augmenting import choose_tiles, enlarge, flip_and_shift, jitter, mosaics_of, normalise
from cifar import load
from initialising import initialise
from model import VisionTransformer, VitConfig

IMAGES_PER_STEP = 224
MOSAICS_PER_STEP = 32
MATRIX_RATE = 3e-3  # Muon, scaled to the size of AdamW's updates
OTHER_RATE = 1.5e-3
WARMUP_STEPS = 80
DECAY_SHARE = 0.5
SPARSE_SHARE = 0.45  # of the time, in which only some patches of each image are looked at: twice as fast
SPARSE_PATCHES = 32
SMOOTHING = 0.05  # share of what is asked for that goes to all classes alike
SHARPNESS = (-0.5, 2.0)  # lowest and highest, drawn anew for each step
LONGEST_STEP = 20.0  # seconds; what is longer was a pause or a compilation, and does not count


def make_optimizers(model: VisionTransformer) -> list[torch.optim.Optimizer]:
    """Muon turns the matrices inside the layers, AdamW everything else."""
    matrices, others = [], []
    for name, parameter in model.named_parameters():
        inside = parameter.dim() == 2 and ".layer." in name
        (matrices if inside else others).append(parameter)
    return [
        torch.optim.Muon(matrices, lr=MATRIX_RATE, weight_decay=0.05, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(others, lr=OTHER_RATE, betas=(0.9, 0.98), weight_decay=0.0, fused=True),
    ]


def rate(step: int, progress: float) -> float:
    """Share of the full learning rate after `step` steps and `progress` of the time."""
    return min(1.0, (step + 1) / WARMUP_STEPS, max(0.0, (1 - progress) / DECAY_SHARE))


def sample_patches(images: Tensor, size: int) -> Tensor:
    """Patches of enlarged, normalised images: [n, 3 * size²]."""
    return F.unfold(normalise(enlarge(images.float())), size, stride=size).transpose(1, 2).flatten(0, 1)


def accuracy(model: VisionTransformer, images: Tensor, labels: Tensor) -> float:
    right = 0
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for start in range(0, len(images), 250):
            logits = model(normalise(enlarge(images[start : start + 250].float()).round()))
            right += int((logits.argmax(1) == labels[start : start + 250]).sum())
    return right / len(images)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and test/")
    parser.add_argument("--run", type=Path, required=True, help="folder for checkpoints; resumed if it has one")
    parser.add_argument("--minutes", type=float, default=50)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=5)
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    images, labels = (torch.from_numpy(array) for array in load(arguments.data, "train"))
    # A part of the test images tells how it goes; nothing is chosen by them.
    held_images, held_labels = (torch.from_numpy(array[::10]) for array in load(arguments.data, "test"))
    model = VisionTransformer(VitConfig())
    initialise(model, sample_patches(images[::50], model.config.patch_size))
    optimizers = make_optimizers(model)
    step, spent = 0, 0.0
    arguments.run.mkdir(parents=True, exist_ok=True)
    latest = arguments.run / "checkpoint.pt"
    if latest.exists():
        state = torch.load(latest)
        model.load_state_dict(state["model"])
        for optimizer, saved in zip(optimizers, state["optimizers"]):
            optimizer.load_state_dict(saved)
        step, spent = state["step"], state["spent"]
    print(f"{sum(p.numel() for p in model.parameters())} parameters, from step {step}", flush=True)

    def save(path: Path) -> None:
        state = {"model": model.state_dict(), "optimizers": [o.state_dict() for o in optimizers],
                 "step": step, "spent": spent}  # fmt: skip
        torch.save(state, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)  # never half a checkpoint

    @torch.compile(dynamic=False)
    def loss_of(inputs: Tensor, targets: Tensor, kept: Tensor | None) -> Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = model(inputs, kept)
        return F.cross_entropy(logits.float(), targets)

    def batch(picked: Tensor) -> tuple[Tensor, Tensor]:
        """Enlarged images and mosaics of them, normalised, with what should be said of each: its
        class, or the classes of the four tiles alike."""
        targets = (1 - SMOOTHING) * F.one_hot(labels[picked], 10) + SMOOTHING / 10
        varied = jitter(flip_and_shift(images[picked], random), random)
        low, high = SHARPNESS
        sharpness = low + (high - low) * torch.rand((), generator=random).item()
        tiles = choose_tiles(labels[picked], MOSAICS_PER_STEP, random)
        inputs = torch.cat((enlarge(varied, sharpness), mosaics_of(varied, tiles)))
        return normalise(inputs), torch.cat((targets, targets[tiles].mean(1)))

    def some_patches() -> Tensor:
        """The class token and a few random patches."""
        picked = 1 + torch.randperm(model.config.grid**2, generator=random)[:SPARSE_PATCHES]
        return torch.cat((torch.zeros(1, dtype=torch.long), picked))

    random = torch.Generator().manual_seed(arguments.seed + step)
    order = torch.empty(0, dtype=torch.long)
    total = arguments.minutes * 60
    before, logged, measured = time.monotonic(), time.monotonic(), time.monotonic()
    recent: list[float] = []
    while spent < total:
        if len(order) < IMAGES_PER_STEP:
            order = torch.randperm(len(images), generator=random)
        picked, order = order[:IMAGES_PER_STEP], order[IMAGES_PER_STEP:]
        loss = loss_of(*batch(picked), some_patches() if spent / total < SPARSE_SHARE else None)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer, full in zip(optimizers, (MATRIX_RATE, OTHER_RATE)):
            for group in optimizer.param_groups:
                group["lr"] = full * rate(step, spent / total)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        step += 1
        recent.append(loss.item())
        now = time.monotonic()
        spent += now - before if now - before < LONGEST_STEP else 0.0
        before = now
        if step % 50 == 0:
            speed = 50 * (IMAGES_PER_STEP + MOSAICS_PER_STEP) / (now - logged)
            logged = now
            print(f"{time.strftime('%H:%M:%S')} step {step} loss {sum(recent) / len(recent):.3f} "
                  f"spent {spent / 60:.1f} min {speed:.0f} images/s", flush=True)  # fmt: skip
            recent.clear()
        if now - measured > 240:
            print(f"  every tenth test image: {accuracy(model, held_images, held_labels):.3f}", flush=True)
            save(latest)
            measured = time.monotonic()
    print(f"  every tenth test image: {accuracy(model, held_images, held_labels):.3f}", flush=True)
    save(latest)
    save(arguments.run / "final.pt")


if __name__ == "__main__":
    main()
