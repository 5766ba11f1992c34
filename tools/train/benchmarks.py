"""Writes the ground truth sets of the app: where in the prompt the evidence for an answer stands.

Spans are [start, end) in UTF-16 code units, as JavaScript counts them; the texts are plain ASCII,
so they are Python's positions as well.
"""

import argparse
import json
import re
from pathlib import Path
from random import Random

from agreement import draw_agreement
from answering import draw
from passages import Passage
from questions import Question, needs_two_sentences, one_hop, two_hop


def sentence_spans(passage: Passage) -> list[tuple[int, int]]:
    spans, start = [], 0
    for sentence in passage.sentences:
        spans.append((start, start + len(sentence)))
        start += len(sentence) + 1
    return spans


def find(phrase: str, text: str, start: int, end: int) -> tuple[int, int] | None:
    match = re.search(rf"\b{re.escape(phrase)}\b", text[start:end], re.IGNORECASE)
    return (start + match.start(), start + match.end()) if match else None


def answer_span(passage: Passage, question: Question) -> tuple[int, int]:
    """The answer's words in the sentence that states the fact; where that sentence has only a
    pronoun for the name, the name's last mention before it."""
    text, spans = passage.text(), sentence_spans(passage)
    index = passage.fact(question.relation, question.person).sentence
    for start, end in reversed(spans[: index + 1]):
        found = find(question.phrase, text, start, end)
        if found:
            return found
    raise ValueError(f"{question.phrase!r} is not in {text!r}")


def evidence_spans(passage: Passage, question: Question) -> list[tuple[int, int]]:
    """The sentences one has to read: those that state the facts, and where one of them has only a
    pronoun for the person, the last one before it that has the name."""
    needed = set()
    for relation, person in question.steps:
        stated = passage.fact(relation, person).sentence
        named = re.compile(rf"\b{re.escape(person)}\b")
        mentions = (i for i in range(stated, -1, -1) if named.search(passage.sentences[i]))
        needed |= {stated, next(mentions, stated)}
    spans = sentence_spans(passage)
    return [spans[index] for index in sorted(needed)]


def question_item(random: Random, kind: str) -> dict | None:
    passage = draw(random, held_out=True)
    if kind == "one-hop":
        questions = one_hop(random, passage)
    else:
        questions = [q for q in two_hop(random, passage) if needs_two_sentences(passage, q)]
    if not questions:
        return None
    question = random.choice(questions)
    return {
        "prompt": f"{passage.text()} {question.text}",
        "answer": f" {question.answer}",
        "answerSpan": answer_span(passage, question),
        "evidenceSpans": evidence_spans(passage, question),
        "kind": kind,
    }


def question_benchmark(seed: int, count: int) -> dict:
    random = Random(seed)
    items: list[dict] = []
    while len(items) < count:
        item = question_item(random, "one-hop" if len(items) % 2 == 0 else "two-hop")
        if item:
            items.append(item)
    return {
        "format": "attnlrp-benchmark/1",
        "name": "qa",
        "description": "Questions about a passage. `answer` is the greedy continuation of `prompt`; "
        "`answerSpan` is where its words stand in the prompt, [start, end) in UTF-16 code units; "
        "`evidenceSpans` are the sentences one has to read; `kind` is one-hop or two-hop.",
        "seed": seed,
        "items": items,
    }


def agreement_benchmark(seed: int, count: int) -> dict:
    random = Random(seed)
    items: list[dict] = []
    while len(items) < count:
        sentence = draw_agreement(random, held_out=True)
        if sentence.prompt == f"The {sentence.subject}":
            continue  # nothing stands between subject and verb
        start = sentence.prompt.index(sentence.subject)
        items.append(
            {
                "prompt": sentence.prompt,
                "target": sentence.target,
                "foil": sentence.foil,
                "subjectSpan": (start, start + len(sentence.subject)),
            }
        )
    return {
        "format": "attnlrp-benchmark/1",
        "name": "agreement",
        "description": "Subject and verb across other nouns. `target` is the verb form that agrees "
        "with the noun at `subjectSpan`, [start, end) in UTF-16 code units of `prompt`; `foil` is "
        "the other form.",
        "seed": seed,
        "items": items,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--agreement", type=int, default=200)
    parser.add_argument("--seed", type=int, default=30_000)
    arguments = parser.parse_args()

    arguments.out.mkdir(parents=True, exist_ok=True)
    for benchmark in (
        question_benchmark(arguments.seed, arguments.questions),
        agreement_benchmark(arguments.seed + 1, arguments.agreement),
    ):
        path = arguments.out / f"{benchmark['name']}.json"
        items = ",\n".join(f"    {json.dumps(item)}" for item in benchmark["items"])
        head = json.dumps(benchmark | {"items": []}, indent=2)
        path.write_text(head.replace('"items": []', f'"items": [\n{items}\n  ]') + "\n")
        print(path.name, len(benchmark["items"]), "items")


if __name__ == "__main__":
    main()
