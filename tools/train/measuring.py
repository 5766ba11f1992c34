"""What a model gets right on held-out draws, as {name: (right, asked)}.

An answer counts only if it is right to the last token and then ends. Instead of generating it,
one pass over prompt and answer checks that every token is the likeliest one after those before
it; greedy decoding would have taken exactly these tokens.
"""

from collections.abc import Callable
from random import Random

import torch
from tokenizers import Tokenizer
from torch import Tensor

from agreement import draw_agreement
from answering import draw
from facts import FACTS, NEW_WAYS, WAYS, said, ways_of
from questions import needs_two_sentences, one_hop, two_hop, unanswerable
from reviews import draw_review
from tracking import draw_tracking

Logits = Callable[[Tensor], Tensor]  # tokens [batch, length] -> [batch, length, vocabulary]


def encode(tokenizer: Tokenizer, text: str) -> list[int]:
    return tokenizer.encode(text).ids  # begins with BOS


def exact(logits_of: Logits, tokenizer: Tokenizer, items: list[tuple[str, str]], ends: bool) -> list[bool]:
    """For each (prompt, answer): would greedy decoding give this answer, and then EOS if `ends`?"""
    eos = tokenizer.token_to_id("</s>")
    rows = []
    for prompt, answer in items:
        start = len(encode(tokenizer, prompt))
        rows.append((start, encode(tokenizer, prompt + answer) + ([eos] if ends else [])))
    order = sorted(range(len(rows)), key=lambda i: len(rows[i][1]))  # like lengths together
    right = [False] * len(rows)
    for begin in range(0, len(order), 64):
        group = order[begin : begin + 64]
        longest = max(len(rows[i][1]) for i in group)
        tokens = torch.tensor([rows[i][1] + [eos] * (longest - len(rows[i][1])) for i in group])
        with torch.inference_mode():
            likeliest = logits_of(tokens).argmax(-1)
        for row, i in enumerate(group):
            start, ids = rows[i]
            right[i] = likeliest[row, start - 1 : len(ids) - 1].tolist() == ids[start:]
    return right


def question_items(random: Random, count: int) -> dict[str, list[tuple[str, str]]]:
    makers = {"one-hop": one_hop, "two-hop": two_hop, "unanswerable": unanswerable}
    items: dict[str, list[tuple[str, str]]] = {}
    for kind, make in makers.items():
        items[kind] = []
        while len(items[kind]) < count:
            passage = draw(random, held_out=True)
            questions = make(random, passage)
            if kind == "two-hop":
                questions = [q for q in questions if needs_two_sentences(passage, q)]
            if questions:
                question = random.choice(questions)
                items[kind].append((f"{passage.text()} {question.text}", f" {question.answer}"))
    items["tracking"] = []
    while len(items["tracking"]) < count:
        text, questions = draw_tracking(random, held_out=True)
        question = random.choice(questions)
        items["tracking"].append((f"{text} {question.text}", f" {question.answer}"))
    return items


def fact_items() -> dict[str, list[tuple[str, str]]]:
    """Every fact in the ways kept from it, and in ways never used for any fact."""
    kept, new = [], []
    for fact in FACTS:
        kept += [(before, answer) for before, answer, _ in ways_of(fact, held_out=True)]
        new += [said(fact, way)[:2] for way in NEW_WAYS.get(fact.relation, [])]
    return {"facts, wording kept from the fact": kept, "facts, wording never seen": new}


def agreement_right(logits_of: Logits, tokenizer: Tokenizer, random: Random, count: int) -> int:
    """The right verb form must be likelier than the wrong one."""
    right = 0
    for _ in range(count):
        sentence = draw_agreement(random, held_out=True)
        tokens = torch.tensor([encode(tokenizer, sentence.prompt)])
        target, foil = (
            tokenizer.encode(form, add_special_tokens=False).ids[0]
            for form in (sentence.target, sentence.foil)
        )
        with torch.inference_mode():
            last = logits_of(tokens)[0, -1]
        right += int(last[target] > last[foil])
    return right


def measure(logits_of: Logits, tokenizer: Tokenizer, count: int, seed: int = 77) -> dict[str, tuple[int, int]]:
    random = Random(seed)
    figures = {}
    for kind, items in question_items(random, count).items():
        figures[kind] = (sum(exact(logits_of, tokenizer, items, ends=True)), len(items))
    for kind, items in fact_items().items():
        figures[kind] = (sum(exact(logits_of, tokenizer, items, ends=False)), len(items))
    figures["agreement"] = (agreement_right(logits_of, tokenizer, random, count), count)
    reviews = [draw_review(random, held_out=True) for _ in range(count)]
    items = [(f"Review: {text} Sentiment:", f" {label}") for text, label in reviews]
    figures["sentiment"] = (sum(exact(logits_of, tokenizer, items, ends=True)), count)
    return figures


assert set(NEW_WAYS) <= set(WAYS)
