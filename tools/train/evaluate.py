"""Measures an exported model on held-out draws, and lets it speak for itself."""

import argparse
import re
from pathlib import Path

import torch

from loading import generate, load_folder
from measuring import measure

PROMPTS = [
    "Once upon a time",
    "Mia has a red kite. Tom has a blue boat. What does Mia have?",
    "Mia has a red kite. Tom has a blue boat. Mia is in the garden. Tom is at the school. Where is the kite?",
    "Mia has a red kite. Tom has a blue boat. What does Anna have?",
    "The capital of Norland is",
    "What does a fox eat?",
    "The keys near the cabinet",
    "Review: The music was terrible, but the film was wonderful. Sentiment:",
    "Count: one, two, three,",
    "Copy: a b c ->",
]


def table(figures: dict[str, tuple[int, int]]) -> str:
    lines = ["| held-out draws | right | asked | share |", "| --- | ---: | ---: | ---: |"]
    lines += [f"| {kind} | {r} | {n} | {r / n:.1%} |" for kind, (r, n) in figures.items()]
    return "\n".join(lines)


def put_into_card(card: Path, text: str) -> None:
    """Replaces what stands between the two marks."""
    begin, end = "<!-- figures -->\n", "\n<!-- end of figures -->"
    pattern = re.escape(begin) + ".*?" + re.escape(end)
    card.write_text(re.sub(pattern, lambda _: begin + text + end, card.read_text(), flags=re.DOTALL))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="exported folder")
    parser.add_argument("--count", type=int, default=1000, help="draws of each kind")
    parser.add_argument("--seed", type=int, default=20_000)
    parser.add_argument("--stories", type=int, default=0, help="stories to sample and print")
    parser.add_argument("--temperature", type=float, default=0.8)
    parser.add_argument("--card", action="store_true", help="write the figures into the model's card")
    arguments = parser.parse_args()

    model, tokenizer = load_folder(arguments.model)
    if arguments.count:
        figures = table(measure(model, tokenizer, arguments.count, arguments.seed))
        print(figures, flush=True)
        if arguments.card:
            put_into_card(arguments.model / "README.md", figures)
    print("\nGreedy:")
    for prompt in PROMPTS:
        print(f"* {prompt} =>{generate(model, tokenizer, prompt)}")
    generator = torch.Generator().manual_seed(arguments.seed)
    for number in range(1, arguments.stories + 1):
        prompt = "Once upon a time"
        text = generate(model, tokenizer, prompt, 400, arguments.temperature, generator)
        print(f"\n{number}. {prompt}{text}")


if __name__ == "__main__":
    main()
