"""Short reviews with a label: `Review: ... Sentiment: positive`"""

from random import Random

from document import ANSWER, PASSAGE, Document, is_held_out

THINGS = {
    "book": ["the story", "the ending", "the pictures", "the first chapter"],
    "film": ["the music", "the ending", "the acting", "the story"],
    "soup": ["the taste", "the smell", "the bread with it", "the price"],
    "hotel": ["the room", "the bed", "the breakfast", "the view"],
    "lamp": ["the light", "the switch", "the colour", "the price"],
    "bicycle": ["the seat", "the brakes", "the colour", "the bell"],
    "cake": ["the taste", "the cream", "the smell", "the price"],
    "game": ["the music", "the rules", "the pictures", "the ending"],
    "umbrella": ["the handle", "the colour", "the cloth", "the price"],
    "restaurant": ["the food", "the service", "the music", "the view"],
    "coat": ["the cloth", "the colour", "the fit", "the price"],
    "train ride": ["the seat", "the view", "the service", "the price"],
}  # fmt: skip
GOOD = "good great wonderful lovely excellent perfect beautiful fantastic delightful fine".split()
BAD = "bad terrible awful horrible poor boring disappointing dreadful weak ugly".split()
GOOD_ENDS = ["I loved it.", "I would buy it again.", "I recommend it to everyone.",
             "It made my day.", "I am very happy with it.", "Five stars.", "What a joy."]  # fmt: skip
BAD_ENDS = ["I hated it.", "I want my money back.", "I would never buy it again.",
            "It ruined my day.", "I am not happy with it.", "One star.", "What a waste."]  # fmt: skip
STRENGTH = ["", "", "very ", "really ", "so ", "quite "]


def judgement(random: Random, subject: str, good: bool) -> str:
    if random.random() < 0.25:  # negation turns the word around
        return f"{subject} was not {random.choice(BAD if good else GOOD)}"
    return f"{subject} was {random.choice(STRENGTH)}{random.choice(GOOD if good else BAD)}"


def review(random: Random) -> tuple[str, str]:
    """The text and its label. After `but` comes what counts."""
    thing = random.choice(list(THINGS))
    good = random.random() < 0.5
    sides = random.sample(THINGS[thing], 2)
    ends = GOOD_ENDS if good else BAD_ENDS
    sentences = []
    shape = random.random()
    if shape < 0.3:
        sentences.append(judgement(random, f"This {thing}", good) + ".")
        sentences.append(judgement(random, sides[0].capitalize(), good) + ".")
    elif shape < 0.55:
        sentences.append(f"{judgement(random, sides[0].capitalize(), not good)}, "
                         f"but {judgement(random, f'the {thing}', good)}.")  # fmt: skip
    elif shape < 0.8:
        sentences.append(f"{judgement(random, sides[0].capitalize(), good)} and "
                         f"{judgement(random, sides[1], good)}.")  # fmt: skip
    else:
        sentences.append(judgement(random, f"The {thing} I bought", good) + ".")
    if random.random() < 0.5:
        sentences.append(random.choice(ends))
    return " ".join(sentences), "positive" if good else "negative"


def draw_review(random: Random, held_out: bool) -> tuple[str, str]:
    while True:
        text, label = review(random)
        if is_held_out(text, one_in=10) == held_out:
            return text, label


def review_document(random: Random) -> Document:
    text, label = draw_review(random, held_out=False)
    return (
        Document("review").add(f"Review: {text}", PASSAGE).add(" Sentiment:", PASSAGE)
        .add(f" {label}", ANSWER)
    )  # fmt: skip
