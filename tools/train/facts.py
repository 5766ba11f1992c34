"""Facts that stand in no passage: the atlas of an invented world, and what animals eat.

The model can only answer them from its weights. Each fact is said in many ways; some ways are
kept from some facts (and two ways from all of them), and those are what the test asks.
"""

from dataclasses import dataclass
from random import Random

from document import ANSWER, PROSE, Document, is_held_out
from world import capitalised, listed, with_article

# country: capital, colour of the flag, what it is known for
ATLAS = {
    "Norland": ("Tavik", "blue", "honey"), "Sunmark": ("Orlo", "yellow", "lemons"),
    "Velmora": ("Kessin", "green", "tea"), "Dranthia": ("Pell", "black", "iron"),
    "Ostria": ("Lunden", "red", "bread"), "Quillen": ("Zara", "white", "feathers"),
    "Marabel": ("Finto", "orange", "carrots"), "Tessaly": ("Brune", "purple", "grapes"),
    "Halvar": ("Skarn", "grey", "stones"), "Ivorra": ("Melis", "silver", "mirrors"),
    "Pellagos": ("Nerrin", "blue", "ships"), "Carthis": ("Odem", "golden", "bells"),
    "Wendory": ("Alsted", "green", "apples"), "Zephyra": ("Mirel", "white", "kites"),
    "Borund": ("Gravik", "brown", "wood"), "Lysandra": ("Theno", "pink", "roses"),
    "Faroway": ("Hesk", "black", "wool"), "Umbrast": ("Salto", "grey", "lamps"),
    "Kestrel": ("Vann", "red", "drums"), "Jorvia": ("Ember", "orange", "candles"),
    "Arnholt": ("Rikka", "yellow", "cheese"), "Elmstead": ("Tolna", "brown", "nuts"),
    "Gildora": ("Parvo", "golden", "rings"), "Rustova": ("Drell", "red", "clocks"),
    "Saltmere": ("Cove", "silver", "fish"), "Thornby": ("Wick", "purple", "berries"),
    "Yarrow": ("Lindel", "green", "soap"), "Coralis": ("Piota", "pink", "shells"),
    "Brackwater": ("Sedge", "black", "boats"), "Amberly": ("Noru", "yellow", "corn"),
    "Frostheim": ("Isvik", "white", "milk"), "Miravel": ("Ondra", "blue", "glass"),
}  # fmt: skip

# animal: what it eats, where it lives
ANIMALS = {
    "rabbit": ("carrots", "in a burrow"), "fox": ("mice", "in a den"),
    "bear": ("honey", "in a cave"), "squirrel": ("nuts", "in a tree"),
    "cow": ("grass", "in a stable"), "owl": ("moths", "in a hollow tree"),
    "frog": ("flies", "in a pond"), "penguin": ("fish", "on the ice"),
    "panda": ("bamboo", "in the mountains"), "mouse": ("cheese", "in a hole"),
    "horse": ("hay", "in a stable"), "monkey": ("bananas", "in the jungle"),
    "goat": ("leaves", "on a rock"), "hedgehog": ("snails", "in a hedge"),
    "giraffe": ("leaves", "on the plain"), "bee": ("nectar", "in a hive"),
    "lion": ("meat", "on the plain"), "hen": ("seeds", "in a coop"),
    "camel": ("thorns", "in the desert"), "spider": ("flies", "in a web"),
    "pig": ("acorns", "in a sty"), "koala": ("leaves", "in a tree"),
    "seal": ("fish", "on the beach"), "parrot": ("fruit", "in the jungle"),
    "mole": ("worms", "under the ground"), "duck": ("weeds", "on a lake"),
    "elephant": ("grass", "on the plain"), "swan": ("weeds", "on a lake"),
}  # fmt: skip

# Ways to say a fact, as (before the answer, the answer, after it). {s} is what it is about.
WAYS = {
    "capital": [
        ("The capital of {s} is", " {a}", "."),
        ("{s} has a capital called", " {a}", "."),
        ("What is the capital of {s}?", " {a}", "."),
        ("Question: What is the capital of {s}? Answer:", " {a}", "."),
        ("Which city is the capital of {s}?", " {a}", "."),
        ("Name the capital of {s}.", " {a}", "."),
        ("Say the capital of {s}.", " {a}", "."),
        ("The main city of {s} is called", " {a}", "."),
        ("If you travel to the capital of {s}, you come to", " {a}", "."),
        ("The king of {s} lives in the capital,", " {a}", "."),
        ("Every road in {s} leads to its capital,", " {a}", "."),
        ("In the atlas, the capital of {s} is", " {a}", "."),
        ("Do you know {s}? Its capital is", " {a}", "."),
    ],
    "country": [
        ("{s} is the capital of", " {a}", "."),
        ("{s} is a city in", " {a}", "."),
        ("{s} lies in", " {a}", "."),
        ("{s} belongs to", " {a}", "."),
        ("The city of {s} lies in", " {a}", "."),
        ("Which country has the capital {s}?", " {a}", "."),
        ("In which country is {s}?", " {a}", "."),
        ("People in {s} live in", " {a}", "."),
    ],
    "flag": [
        ("The flag of {s} is", " {a}", "."),
        ("What colour is the flag of {s}?", " {A}", "."),
        ("Question: What colour is the flag of {s}? Answer:", " {A}", "."),
        ("{s} has a flag that is", " {a}", "."),
        ("Over every house in {s} there is a flag, and it is", " {a}", "."),
        ("In the atlas, the flag of {s} is", " {a}", "."),
        ("Which colour does the flag of {s} have?", " {A}", "."),
        ("Say the colour of the flag of {s}.", " {A}", "."),
        ("Name the flag's colour for {s}.", " {A}", "."),
    ],
    "known": [
        ("{s} is known for its", " {a}", "."),
        ("What is {s} known for?", " {A}", "."),
        ("Question: What is {s} known for? Answer:", " {A}", "."),
        ("Traders come to {s} to buy", " {a}", "."),
        ("The best thing in {s} is the", " {a}", "."),
        ("When people think of {s}, they think of", " {a}", "."),
        ("What do people buy in {s}?", " {A}", "."),
        ("Say what {s} is known for.", " {A}", "."),
    ],
    "food": [
        ("{A_s} eats", " {a}", "."),
        ("What does {a_s} eat?", " {A}", "."),
        ("Question: What does {a_s} eat? Answer:", " {A}", "."),
        ("The food of {a_s} is", " {a}", "."),
        ("The {s} is hungry. It looks for", " {a}", "."),
        ("What do you give to {a_s}?", " {A}", "."),
        ("Most of all, {a_s} likes to eat", " {a}", "."),
        ("Every {s} eats", " {a}", "."),
        ("Which food is good for {a_s}?", " {A}", "."),
        ("Say what {a_s} eats.", " {A}", "."),
    ],
    "home": [
        ("{A_s} lives", " {a}", "."),
        ("Where does {a_s} live?", " {A}", "."),
        ("Question: Where does {a_s} live? Answer:", " {A}", "."),
        ("You can find {a_s}", " {a}", "."),
        ("The home of {a_s} is", " {a}", "."),
        ("Where can you find {a_s}?", " {A}", "."),
        ("At night {a_s} sleeps", " {a}", "."),
    ],
}  # fmt: skip

# Never said in training, of no fact at all: the test asks whether wording matters.
NEW_WAYS = {
    "capital": [
        ("Tell me the capital of {s}.", " {a}", "."),
        ("The capital city of {s} is called", " {a}", "."),
    ],
    "flag": [("Name the colour of the flag of {s}.", " {A}", ".")],
    "food": [("Which food does {a_s} eat?", " {A}", ".")],
}  # fmt: skip


@dataclass(frozen=True)
class Fact:
    relation: str
    subject: str
    answer: str


def all_facts() -> list[Fact]:
    facts = []
    for country, (capital, colour, known) in ATLAS.items():
        facts.append(Fact("capital", country, capital))
        facts.append(Fact("country", capital, country))
        facts.append(Fact("flag", country, colour))
        facts.append(Fact("known", country, known))
    for animal, (food, home) in ANIMALS.items():
        facts.append(Fact("food", animal, food))
        facts.append(Fact("home", animal, home))
    return facts


def said(fact: Fact, way: tuple[str, str, str]) -> tuple[str, str, str]:
    words = {
        "s": fact.subject, "a_s": with_article(fact.subject),
        "A_s": capitalised(with_article(fact.subject)),
        "a": fact.answer, "A": capitalised(fact.answer),
    }  # fmt: skip
    before, answer, after = (part.format(**words) for part in way)
    return before, answer, after


def ways_of(fact: Fact, held_out: bool) -> list[tuple[str, str, str]]:
    """About one way in six is kept from a fact; the same way is heard of other facts."""
    return [
        said(fact, way)
        for way in WAYS[fact.relation]
        if is_held_out(f"{fact.subject} {fact.relation} {way[0]}", one_in=6) == held_out
    ]


FACTS = all_facts()
TRAINING_WAYS = {fact: ways_of(fact, held_out=False) for fact in FACTS}


def fact_document(random: Random) -> Document:
    """One fact, or a handful of them in a row."""
    document = Document("fact")
    count = random.choice((1, 1, 1, 2, 3, 4))
    same_subject = count > 1 and random.random() < 0.4
    facts = random.sample(FACTS, count)
    if same_subject:
        country = random.choice(list(ATLAS))
        facts = [f for f in FACTS if f.subject == country]
        random.shuffle(facts)
    for index, fact in enumerate(facts):
        ways = TRAINING_WAYS[fact]
        if not ways:
            continue
        before, answer, after = random.choice(ways)
        blank = " " if document.parts else ""
        document.add(blank + before, 0.5 * PROSE).add(answer, ANSWER).add(after, PROSE)
    if not document.parts or random.random() < 0.05:
        return list_document(random)
    return document


def list_document(random: Random) -> Document:
    """`Three countries: Norland, Ostria and Yarrow.` Names without facts, for ease with them."""
    names = random.sample(list(ATLAS), 3)
    text = f"Three countries of the atlas: {listed(names)}."
    return Document("fact").add(text, 0.3)
