"""Writes the training corpus: documents of every kind, tokenised and packed into windows.

A shard is a NumPy archive of `tokens` [windows, length] and `weights` of the same shape: how much
predicting that token counts, in fortieths, so that a byte holds it.
"""

import argparse
from collections.abc import Callable
from multiprocessing import Pool
from pathlib import Path
from random import Random

import numpy
from tokenizers import Tokenizer

from agreement import agreement_document
from answering import plain_document, question_document
from counting import copy_document, count_document
from document import IGNORED, Document
from facts import fact_document
from recall import recall_document
from reviews import review_document
from stories import story_document
from tracking import tracking_document

WEIGHT_STEPS = 40


def short_questions(random: Random) -> Document:
    return question_document(random, most_people=2, most_questions=7)


def long_questions(random: Random) -> Document:
    """Many people, many questions: answers far from their evidence."""
    return question_document(random, most_people=9, most_questions=16)


def single_question(random: Random) -> Document:
    return question_document(random, most_questions=1)


def two_stories(random: Random) -> Document:
    document = story_document(random)
    document.add("\n", IGNORED)
    document.parts += story_document(random).parts
    return document


# What share of the tokens each kind of document gets.
MIXTURE: dict[Callable[[Random], Document], float] = {
    question_document: 0.46,
    short_questions: 0.06,
    tracking_document: 0.06,
    story_document: 0.24,
    fact_document: 0.08,
    agreement_document: 0.04,
    review_document: 0.03,
    copy_document: 0.02,
    count_document: 0.01,
}
# The beginning teaches to look up a name, plainly; without it that takes many times as long.
BEGINNING = {
    recall_document: 0.15, plain_document: 0.70, story_document: 0.06, fact_document: 0.04,
    copy_document: 0.02, agreement_document: 0.01, review_document: 0.01, count_document: 0.01,
}  # fmt: skip
# The last stretch has what the app will ask for (one question), and the whole context window.
ENDING = MIXTURE | {
    question_document: 0.28, single_question: 0.14, long_questions: 0.10, short_questions: 0.04,
    two_stories: 0.07, story_document: 0.13, fact_document: 0.11,
}  # fmt: skip
MIXTURES = {"beginning": BEGINNING, "middle": MIXTURE, "ending": ENDING}


class Mixer:
    """Draws documents so that the shares hold for characters, not for documents."""

    def __init__(self, random: Random, mixture: dict[Callable[[Random], Document], float]):
        self.random = random
        self.kinds = list(mixture)
        measuring = Random(0)
        self.weights = []
        for kind, share in mixture.items():
            lengths = [len(kind(measuring).text()) for _ in range(100)]
            self.weights.append(share / (sum(lengths) / len(lengths)))

    def draw(self) -> Document:
        return self.random.choices(self.kinds, self.weights)[0](self.random)


def tokenised(documents: list[Document], tokenizer: Tokenizer) -> list[tuple[list[int], list[int]]]:
    """(tokens, weights) of each document, from BOS to EOS."""
    bos, eos = tokenizer.token_to_id("<s>"), tokenizer.token_to_id("</s>")
    texts = [text for document in documents for text, _ in document.parts]
    encodings = iter(tokenizer.encode_batch_fast(texts, add_special_tokens=False))
    result = []
    for document in documents:
        tokens, weights = [bos], [0]
        for _, weight in document.parts:
            ids = next(encodings).ids
            tokens += ids
            weights += [round(weight * WEIGHT_STEPS)] * len(ids)
        result.append((tokens + [eos], weights + [WEIGHT_STEPS]))
    return result


def pack(documents: list[tuple[list[int], list[int]]], length: int, eos: int):
    """Whole documents side by side in windows; the last room of a window stays empty (EOS,
    weight 0). A document goes into the fullest open window that can still take it."""
    done: list[tuple[list[int], list[int]]] = []
    open_windows: list[tuple[list[int], list[int]]] = []
    for tokens, weights in documents:
        tokens, weights = tokens[:length], weights[:length]
        fitting = [w for w in open_windows if len(w[0]) + len(tokens) <= length]
        if fitting:
            window = max(fitting, key=lambda w: len(w[0]))
            window[0].extend(tokens)
            window[1].extend(weights)
        else:
            window = (list(tokens), list(weights))
            open_windows.append(window)
        if len(window[0]) > length - 12 or len(open_windows) > 24:
            fullest = max(open_windows, key=lambda w: len(w[0]))
            open_windows.remove(fullest)
            done.append(fullest)
    token_array = numpy.full((len(done), length), eos, numpy.uint16)
    weight_array = numpy.zeros((len(done), length), numpy.uint8)
    for row, (tokens, weights) in enumerate(done):
        token_array[row, : len(tokens)] = tokens
        weight_array[row, : len(weights)] = weights
    return token_array, weight_array


def write_shard(task: tuple[Path, Path, str, int, int, int]) -> str:
    path, tokenizer_path, mixture, seed, target_tokens, length = task
    tokenizer = Tokenizer.from_file(str(tokenizer_path))
    mixer = Mixer(Random(seed), MIXTURES[mixture])
    documents: list[tuple[list[int], list[int]]] = []
    count = 0
    while count < target_tokens:
        batch = tokenised([mixer.draw() for _ in range(1000)], tokenizer)
        documents += batch
        count += sum(len(tokens) for tokens, _ in batch)
    tokens, weights = pack(documents, length, tokenizer.token_to_id("</s>"))
    numpy.savez(path, tokens=tokens, weights=weights)
    used = count / tokens.size
    return f"{path.name}: {len(documents)} documents, {count} tokens, {tokens.shape[0]} windows, {used:.0%} full"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the shards")
    parser.add_argument("--tokenizer", type=Path, required=True, help="tokenizer.json")
    parser.add_argument("--mixture", choices=MIXTURES, default="middle")
    parser.add_argument("--shards", type=int, default=4)
    parser.add_argument("--tokens", type=int, default=2_000_000, help="per shard")
    parser.add_argument("--length", type=int, default=257, help="window, one more than is trained")
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()

    arguments.out.mkdir(parents=True, exist_ok=True)
    tasks = [
        (arguments.out / f"{arguments.mixture}-{arguments.seed + i}.npz", arguments.tokenizer,
         arguments.mixture, arguments.seed + i, arguments.tokens, arguments.length)
        for i in range(arguments.shards)
    ]  # fmt: skip
    with Pool(arguments.processes) as pool:
        for line in pool.imap(write_shard, tasks):
            print(line, flush=True)


if __name__ == "__main__":
    main()
