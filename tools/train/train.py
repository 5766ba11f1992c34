"""Trains the small LLaMA on the shards of corpus.py.

The learning rate rises, stays, and falls to zero over the last part of the given minutes; the
falling part reads the `ending` shards. Time spent is kept in the checkpoint, so a run can be
resumed, also with more or fewer minutes than it was started with.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor

from measuring import measure
from model import Llama, LlamaConfig
from world import FOODS, JOBS, OBJECTS, PEOPLE, PLACES

WARMUP_STEPS = 120
MATRIX_RATE = 3e-3  # Muon, scaled to the size of AdamW's updates
OTHER_RATE = 1.5e-3
DECAY_SHARE = 0.4
BEGINNING_SHARE = 0.20
TOKENS_PER_STEP = 4096
GUIDED_LAYERS = (1, 2)
GUIDE_WEIGHT = 0.3
LONGEST_STEP = 20.0  # seconds; what is longer was a pause, and does not count


def windows(folder: Path, mixture: str, random: Random) -> Iterator[tuple[numpy.ndarray, numpy.ndarray]]:
    """Batches of a mixture without end; new shards are noticed when the known ones are through."""
    while True:
        paths = sorted(folder.glob(f"{mixture}-*.npz"))
        if not paths:
            raise FileNotFoundError(f"no {mixture} shards in {folder}")
        random.shuffle(paths)
        for path in paths:
            shard = numpy.load(path)
            tokens, weights = shard["tokens"], shard["weights"]
            rows = TOKENS_PER_STEP // (tokens.shape[1] - 1)
            order = numpy.random.default_rng(random.getrandbits(32)).permutation(len(tokens))
            for start in range(0, len(order) - rows + 1, rows):
                picked = order[start : start + rows]
                yield tokens[picked], weights[picked]


def document_mask(tokens: Tensor, bos: int) -> Tensor:
    """True where a position may look: backwards, and not out of its own document."""
    document = (tokens == bos).cumsum(1)
    same = document[:, :, None] == document[:, None, :]
    return (same & torch.ones(same.shape[-2:], dtype=torch.bool).tril())[:, None]


def last_names(tokens: Tensor, names: Tensor, bos: int) -> Tensor:
    """For each position, where the last person's name up to there stands in its document; -1
    before the first one."""
    positions = torch.arange(tokens.shape[1]).expand_as(tokens)
    last_name = torch.where(torch.isin(tokens, names), positions, -1).cummax(1).values
    document_start = torch.where(tokens == bos, positions, -1).cummax(1).values
    return torch.where(last_name > document_start, last_name, -1)


def first_mentions(tokens: Tensor, words: Tensor, mask: Tensor) -> Tensor:
    """For each position, where the document first used the last of the world's words up to there;
    -1 if that word is new. After `Who has the kite?` that is the kite of the passage."""
    positions = torch.arange(tokens.shape[1]).expand_as(tokens)
    earlier = mask[:, 0] & (tokens[:, :, None] == tokens[:, None, :])
    first = earlier.int().argmax(2)
    first = torch.where(first < positions, first, -1)
    last_word = torch.where(torch.isin(tokens, words), positions, -1).cummax(1).values
    seen = mask[:, 0].gather(2, last_word.clamp(min=0)[:, :, None])[:, :, 0] & (last_word >= 0)
    return torch.where(seen, first.gather(1, last_word.clamp(min=0)), -1)


def single_tokens(tokenizer: Tokenizer, words: list[str]) -> Tensor:
    encoded = [tokenizer.encode(blank + word, add_special_tokens=False).ids
               for word in words for blank in ("", " ")]  # fmt: skip
    return torch.tensor([ids[0] for ids in encoded if len(ids) == 1])


def loss_functions(model: Llama):
    def main_loss(logits: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
        each = F.cross_entropy(logits.float().flatten(0, 1), targets.flatten(), reduction="none")
        return (each * weights.flatten()).sum() / weights.sum()

    def plain(tokens: Tensor, targets: Tensor, weights: Tensor, mask: Tensor) -> Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = model(tokens, mask)
        return main_loss(logits, targets, weights)

    def guided(tokens: Tensor, targets: Tensor, weights: Tensor, mask: Tensor, *looks: Tensor) -> Tensor:
        """Until the ending two heads are shown where to look: one at the person that a sentence
        is about, one at the first mention of the word last read. The rest is built on these two, and it would take
        very long to find them by chance. Where answers stand is not shown to any head."""
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits, all_scores = model(tokens, mask, watched=GUIDED_LAYERS)
        total = main_loss(logits, targets, weights)
        for scores, look in zip(all_scores, looks):
            visible = scores.float().masked_fill(~mask[:, 0], -1e4)
            guide = F.cross_entropy(visible.flatten(0, 1), look.flatten(), ignore_index=-1)
            total = total + GUIDE_WEIGHT * guide
        return total

    return torch.compile(plain, dynamic=False), torch.compile(guided, dynamic=False)


def make_optimizers(model: Llama) -> list[torch.optim.Optimizer]:
    """Muon turns the matrices inside the layers, AdamW the embedding and the norms."""
    matrices, others = [], []
    for name, parameter in model.named_parameters():
        inside = parameter.dim() == 2 and "embed_tokens" not in name
        (matrices if inside else others).append(parameter)
    return [
        torch.optim.Muon(matrices, lr=MATRIX_RATE, weight_decay=0.02, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(others, lr=OTHER_RATE, betas=(0.9, 0.98), weight_decay=0.0, fused=True),
    ]


def rate(step: int, progress: float) -> float:
    """Share of the full learning rate after `step` steps and `progress` of the time."""
    return min(1.0, (step + 1) / WARMUP_STEPS, max(0.0, (1 - progress) / DECAY_SHARE))


def report(model: Llama, tokenizer: Tokenizer, count: int) -> float:
    """Prints the shares right on held-out draws; returns the mean of the question kinds."""
    model.eval()
    figures = measure(model, tokenizer, count)
    model.train()
    print("  held out:", ", ".join(f"{k} {r / n:.3f}" for k, (r, n) in figures.items()), flush=True)
    return sum(figures[k][0] / figures[k][1] for k in ("one-hop", "two-hop", "unanswerable")) / 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shards", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True, help="folder for checkpoints; resumed if it has one")
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=5)
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    tokenizer = Tokenizer.from_file(str(arguments.tokenizer))
    bos = tokenizer.token_to_id("<s>")
    model = Llama(LlamaConfig(vocab_size=tokenizer.get_vocab_size()))
    optimizers = make_optimizers(model)
    step, spent, best = 0, 0.0, 0.0
    arguments.run.mkdir(parents=True, exist_ok=True)
    latest = arguments.run / "checkpoint.pt"
    if latest.exists():
        state = torch.load(latest)
        model.load_state_dict(state["model"])
        for optimizer, saved in zip(optimizers, state["optimizers"]):
            optimizer.load_state_dict(saved)
        step, spent, best = state["step"], state["spent"], state["best"]
    print(f"{sum(p.numel() for p in model.parameters())} parameters, from step {step}", flush=True)

    def save(path: Path) -> None:
        state = {"model": model.state_dict(), "optimizers": [o.state_dict() for o in optimizers],
                 "step": step, "spent": spent, "best": best}  # fmt: skip
        torch.save(state, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)  # never half a checkpoint

    random = Random(arguments.seed + step)
    batches = {name: windows(arguments.shards, name, random) for name in ("beginning", "middle", "ending")}
    plain_loss, guided_loss = loss_functions(model)
    names = single_tokens(tokenizer, PEOPLE)
    words = single_tokens(tokenizer, PEOPLE + OBJECTS + list(PLACES) + FOODS + JOBS)
    total = arguments.minutes * 60
    before, logged, measured = time.monotonic(), time.monotonic(), time.monotonic()
    recent: list[float] = []
    seen = 0
    while spent < total:
        progress = spent / total
        stage = ("beginning" if progress < BEGINNING_SHARE
                 else "middle" if progress < 1 - DECAY_SHARE else "ending")  # fmt: skip
        tokens, weights = next(batches[stage])
        window = torch.from_numpy(tokens.astype(numpy.int64))
        inputs, targets = window[:, :-1].contiguous(), window[:, 1:].contiguous()
        mask = document_mask(inputs, bos)
        batch = (inputs, targets, torch.from_numpy(weights[:, 1:] / numpy.float32(40)), mask)
        if stage == "ending":
            loss = plain_loss(*batch)
        else:
            loss = guided_loss(*batch, last_names(inputs, names, bos), first_mentions(inputs, words, mask))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer, full in zip(optimizers, (MATRIX_RATE, OTHER_RATE)):
            for group in optimizer.param_groups:
                group["lr"] = full * rate(step, progress)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        step += 1
        seen += inputs.numel()
        recent.append(loss.item())
        now = time.monotonic()
        spent += min(now - before, LONGEST_STEP)
        before = now
        if step % 50 == 0:
            speed = seen / (now - logged)
            logged, seen = now, 0
            print(f"{time.strftime('%H:%M:%S')} step {step} {stage} loss {sum(recent) / len(recent):.3f} "
                  f"spent {spent / 60:.1f} min {speed:.0f} tokens/s", flush=True)  # fmt: skip
            recent.clear()
        if now - measured > 240:
            score = report(model, tokenizer, 100)
            if score >= best:
                best = score
                save(arguments.run / "best.pt")
            save(latest)
            measured = time.monotonic()
    report(model, tokenizer, 300)
    save(latest)
    save(arguments.run / "final.pt")


if __name__ == "__main__":
    main()
