"""Does the exported F16 file answer as the float32 checkpoint it came from?"""

import argparse
from pathlib import Path
from random import Random

import torch

from loading import generate, load_folder, mean_weights
from measuring import question_items
from model import Llama

PROMPTS = [
    "Once upon a time",
    "Mia has a red kite. Tom has a blue boat. What does Mia have?",
    "The capital of Norland is",
    "The keys near the cabinet",
    "Count: one, two, three,",
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, nargs="+", required=True)
    parser.add_argument("--model", type=Path, required=True, help="exported folder")
    parser.add_argument("--questions", type=int, default=50, help="of each kind")
    arguments = parser.parse_args()

    exported, tokenizer = load_folder(arguments.model)
    original = Llama(exported.config)
    original.load_state_dict(mean_weights(arguments.checkpoint))
    original.eval()

    items = question_items(Random(123), arguments.questions)
    prompts = PROMPTS + [prompt for kind in items.values() for prompt, _ in kind]
    same = 0
    largest = 0.0
    for prompt in prompts:
        answers = [generate(model, tokenizer, prompt) for model in (original, exported)]
        same += answers[0] == answers[1]
        if answers[0] != answers[1]:
            print(f"differs: {prompt}\n  float32: {answers[0]}\n  F16:     {answers[1]}")
        tokens = torch.tensor([tokenizer.encode(prompt).ids])
        with torch.inference_mode():
            largest = max(largest, float((original(tokens) - exported(tokens)).abs().max()))
    print(f"{same} of {len(prompts)} greedy continuations are the same")
    print(f"largest difference of a logit: {largest:.4f}")


if __name__ == "__main__":
    main()
