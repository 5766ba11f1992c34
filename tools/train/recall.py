"""The first thing to learn: a name leads back to what was said of it.

Each document says a few short things about a few people and then says them again in another
order. Every repeated word can be predicted, and at first it stands right after the name, later a
few words on. A model that starts with questions takes many times as long to find the same trick.
"""

from random import Random

from answering import draw_plain
from document import ANSWER, IGNORED, PASSAGE, Document
from world import COLOURS, FOODS, OBJECTS, PEOPLE, PLACES, with_article


def repeated(document: Document, random: Random, pairs: list[tuple[str, str]], rounds: int) -> Document:
    """`Mia likes` + ` plums.` and so on, then all of them again, shuffled."""
    for turn in range(rounds + 1):
        if turn:
            document.add(" Again:", IGNORED)
        for index, (start, value) in enumerate(random.sample(pairs, len(pairs))):
            blank = " " if document.parts else ""
            document.add(blank + start, IGNORED).add(value, ANSWER if turn else PASSAGE)
            document.add(".", IGNORED)
    return document


def recall_document(random: Random) -> Document:
    count = random.randint(2, 5)
    names = random.sample(PEOPLE, count)
    shape = random.random()
    if shape < 0.10:  # Mia plums. Tom pears.
        values = random.sample(random.choice((FOODS, OBJECTS, COLOURS, list(PLACES))), count)
        pairs = [(name, f" {value}") for name, value in zip(names, values)]
    elif shape < 0.35:
        pairs = [(f"{n} likes", f" {food}") for n, food in zip(names, random.sample(FOODS, count))]
    elif shape < 0.55:
        things = random.sample(OBJECTS, count)
        pairs = [(f"{n} has", f" {with_article(thing)}") for n, thing in zip(names, things)]
    elif shape < 0.75:
        places = random.sample(list(PLACES), count)
        pairs = [(f"{n} is", f" {PLACES[place]} the {place}") for n, place in zip(names, places)]
    else:
        passage = draw_plain(random)
        pairs = []
        for fact in passage.facts:
            sentence = passage.sentences[fact.sentence]
            cut = sentence.rindex(fact.phrase) - 1
            pairs.append((sentence[:cut], sentence[cut:].removesuffix(".")))
    return repeated(Document("recall"), random, pairs, rounds=random.randint(1, 3))
