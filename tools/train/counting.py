"""Copying and counting, the two smallest skills a language model can show."""

from random import Random

from document import ANSWER, PASSAGE, Document
from passages import invented_name
from world import COLOURS, FOODS, NUMBERS, OBJECTS, PEOPLE, capitalised

LETTERS = "a b c d e f g h i j k l m n o p q r s t u v w x y z".split()


def copy_document(random: Random) -> Document:
    pool = random.choice((LETTERS, COLOURS, OBJECTS, PEOPLE, NUMBERS, FOODS))
    words = [random.choice(pool) for _ in range(random.randint(2, 8))]
    if random.random() < 0.15:
        words = [invented_name(random) for _ in range(random.randint(1, 4))]
    text = " ".join(words)
    return Document("copy").add(f"Copy: {text} ->", PASSAGE).add(f" {text}", ANSWER)


def count_document(random: Random) -> Document:
    shape = random.random()
    if shape < 0.35:
        start = random.randint(1, 12)
        end = random.randint(start + 3, min(20, start + 12))
        words = NUMBERS[start : end + 1]
        return Document("count").add(f"Count: {', '.join(words[:2])},", PASSAGE).add(
            " " + ", ".join(words[2:]), ANSWER
        )
    if shape < 0.6:
        end = random.randint(2, 20)
        return Document("count").add(f"Count to {NUMBERS[end]}:", PASSAGE).add(
            " " + ", ".join(NUMBERS[1 : end + 1]) + ".", ANSWER
        )
    if shape < 0.8:
        number, thing = random.randint(1, 6), random.choice(OBJECTS)
        return Document("count").add(f"How many? {' '.join([thing] * number)} ->", PASSAGE).add(
            f" {NUMBERS[number]}", ANSWER
        )
    first, second = random.randint(1, 6), random.randint(1, 4)
    name, food = random.choice(PEOPLE), random.choice(("apples", "plums", "pears", "nuts", "lemons"))
    text = f"{name} has {NUMBERS[first]} {food if first > 1 else food[:-1]} and finds {NUMBERS[second]} more."
    question = f" How many {food} does {name} have now?"
    return Document("count").add(text + question, PASSAGE).add(
        f" {capitalised(NUMBERS[first + second])}.", ANSWER
    )
