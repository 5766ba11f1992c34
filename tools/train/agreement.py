"""Subject and verb across a distance: `The keys near the cabinet are old.`"""

from dataclasses import dataclass
from random import Random

from document import ANSWER, PASSAGE, PROSE, Document, is_held_out

NOUNS = {
    "key": "keys", "cabinet": "cabinets", "boy": "boys", "girl": "girls", "cat": "cats",
    "dog": "dogs", "tree": "trees", "house": "houses", "flower": "flowers", "book": "books",
    "table": "tables", "window": "windows", "teacher": "teachers", "farmer": "farmers",
    "boat": "boats", "horse": "horses", "bird": "birds", "chair": "chairs", "picture": "pictures",
    "door": "doors", "lamp": "lamps", "garden": "gardens", "bridge": "bridges", "letter": "letters",
    "child": "children", "woman": "women", "man": "men", "mouse": "mice", "box": "boxes",
    "apple": "apples", "wagon": "wagons", "sailor": "sailors", "singer": "singers", "cup": "cups",
    "road": "roads", "tower": "towers",
}  # fmt: skip
BETWEEN = "near behind beside under above by opposite beyond".split()
SEEING = "see sees like likes know knows want wants".split()
# Singular form, plural form, and what may follow.
VERBS = [
    ("is", "are", "old new small big nice green red clean dirty lost wet warm cold ready".split()),
    ("was", "were", "old new small big nice green red clean dirty lost wet warm cold ready".split()),
    ("has", "have", ["no name", "a good place", "a long story", "many friends", "a new colour"]),
    ("looks", "look", "old new small big nice clean dirty lost warm cold".split()),
    ("seems", "seem", "old new small big nice clean dirty lost warm cold".split()),
    ("stays", "stay", ["here", "at home", "in the town", "there all day"]),
    ("belongs", "belong", ["to Mia", "to Tom", "to the king", "to the school", "to nobody"]),
]  # fmt: skip


@dataclass
class Sentence:
    prompt: str
    subject: str  # the head noun, which decides
    target: str
    foil: str
    rest: str


def agreement_sentence(random: Random) -> Sentence:
    head, *others = random.sample(list(NOUNS), 4)
    plural = random.random() < 0.5
    subject = NOUNS[head] if plural else head

    def other(index: int) -> str:
        # Mostly the opposite number: the nearest noun is the wrong guide.
        other_plural = plural if random.random() < 0.3 else not plural
        return NOUNS[others[index]] if other_plural else others[index]

    shape = random.random()
    if shape < 0.1:
        middle = ""
    elif shape < 0.6:
        middle = f" {random.choice(BETWEEN)} the {other(0)}"
    elif shape < 0.75:
        middle = f" {random.choice(BETWEEN)} the {other(0)} {random.choice(BETWEEN)} the {other(1)}"
    elif shape < 0.9:
        viewer_plural = random.random() < 0.5
        viewer = NOUNS[others[0]] if viewer_plural else others[0]
        verb = random.choice(SEEING[::2] if viewer_plural else SEEING[1::2])
        middle = f" that the {viewer} {verb}"
    else:
        middle = f" of the {other(0)} {random.choice(BETWEEN)} the {other(1)}"
    singular_form, plural_form, rests = random.choice(VERBS)
    target, foil = (plural_form, singular_form) if plural else (singular_form, plural_form)
    return Sentence(f"The {subject}{middle}", subject, " " + target, " " + foil,
                    f" {random.choice(rests)}.")  # fmt: skip


def draw_agreement(random: Random, held_out: bool) -> Sentence:
    while True:
        sentence = agreement_sentence(random)
        if is_held_out(sentence.prompt, one_in=10) == held_out:
            return sentence


def agreement_document(random: Random) -> Document:
    document = Document("agreement")
    for index in range(random.randint(1, 4)):
        sentence = draw_agreement(random, held_out=False)
        blank = " " if index else ""
        document.add(blank + sentence.prompt, PASSAGE).add(sentence.target, ANSWER)
        document.add(sentence.rest, 0.5 * PROSE)
    return document
