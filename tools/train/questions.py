"""Questions about a passage: one step, two steps, and those the passage leaves open."""

from dataclasses import dataclass
from random import Random

from passages import Passage, Person
from world import BOYS, FOODS, GIRLS, OBJECTS, PLACES, capitalised, where

UNKNOWN = "It does not say."


@dataclass
class Question:
    text: str
    answer: str
    kind: str  # one-hop, two-hop, unanswerable
    relation: str = ""
    person: str = ""  # whose fact holds the words of the answer
    phrase: str = ""  # the answer as it stands in the passage; empty where it is a name
    steps: tuple[tuple[str, str], ...] = ()  # every fact (relation, person) that is needed


def sentence(phrase: str) -> str:
    return capitalised(phrase) + "."


def name_of_item(passage: Passage, person: Person) -> str:
    """`kite`, or `red kite` where another kite is about."""
    colour, thing = person.item
    twins = [p for p in passage.people if p.item and p.item[1] == thing]
    return thing if len(twins) == 1 else f"{colour} {thing}"


def one_hop(random: Random, passage: Passage) -> list[Question]:
    questions = []

    def ask(forms: list[str], phrase: str, relation: str, person: str) -> None:
        questions.append(
            Question(random.choice(forms), sentence(phrase), "one-hop", relation, person, phrase,
                     ((relation, person),))
        )  # fmt: skip

    for person in passage.people:
        name = person.name
        if person.item:
            colour, thing = person.item
            called = name_of_item(passage, person)
            full = random.choice((called, f"{colour} {thing}".strip()))
            item = passage.fact("item", name).phrase
            ask([f"What does {name} have?"] * 3 + [f"What has {name} got?"], item, "item", name)
            ask([f"Who has the {full}?"], name, "item", name)
            if colour and called == thing:
                ask([f"What colour is the {thing}?", f"What colour is {name}'s {thing}?"],
                    colour, "item", name)  # fmt: skip
        if person.place:
            ask([f"Where is {name}?"], where(person.place), "place", name)
            ask([f"Who is {where(person.place)}?"], name, "place", name)
        if person.food:
            ask([f"What does {name} like?"], person.food, "food", name)
            ask([f"Who likes {person.food}?"], name, "food", name)
        if person.pet:
            pet = passage.fact("pet", name).phrase
            ask([f"Which pet does {name} have?", f"What is {name}'s pet?"], pet, "pet", name)
        if person.job:
            ask([f"What is {name}'s job?"], passage.fact("job", name).phrase, "job", name)
            ask([f"Who is the {person.job}?"], name, "job", name)
        if person.friend:
            ask([f"Who is the friend of {person.friend}?"], name, "friend", name)
    for thing, place in passage.left.items():
        ask([f"Where is the {thing}?"], where(place), "left", thing)
        ask([f"What is {where(place)}?"], f"the {thing}", "left", thing)
    return questions


def two_hop(random: Random, passage: Passage) -> list[Question]:
    questions = []

    def ask(forms: list[str], phrase: str, relation: str, person: str, *steps: tuple) -> None:
        questions.append(
            Question(random.choice(forms), sentence(phrase), "two-hop", relation, person, phrase,
                     steps)
        )  # fmt: skip

    for person in passage.people:
        name = person.name
        if person.item and person.place:
            steps = ("item", name), ("place", name)
            called = name_of_item(passage, person)
            ask([f"Where is the {called}?"] * 2 + [f"Where is the one with the {called}?"],
                where(person.place), "place", name, *steps)  # fmt: skip
            ask([f"What does the one {where(person.place)} have?"],
                passage.fact("item", name).phrase, "item", name, *steps)  # fmt: skip
        if person.food and person.place:
            ask([f"Where is the one who likes {person.food}?"], where(person.place), "place", name,
                ("food", name), ("place", name))  # fmt: skip
        if person.food and person.item:
            called = name_of_item(passage, person)
            ask([f"What does the one with the {called} like?"], person.food, "food", name,
                ("item", name), ("food", name))  # fmt: skip
        if person.job and person.place:
            ask([f"Where is the {person.job}?"], where(person.place), "place", name,
                ("job", name), ("place", name))  # fmt: skip
        if person.job and person.item:
            ask([f"What does the {person.job} have?"], passage.fact("item", name).phrase, "item",
                name, ("job", name), ("item", name))  # fmt: skip
        if person.friend and person.place:
            ask([f"Where is the friend of {person.friend}?"], where(person.place), "place", name,
                ("friend", name), ("place", name))  # fmt: skip
    for thing, place in passage.left.items():
        for person in passage.people:
            if person.place == place:
                ask([f"Who is where the {thing} is?"], person.name, "place", person.name,
                    ("left", thing), ("place", person.name))  # fmt: skip
    return questions


def needs_two_sentences(passage: Passage, question: Question) -> bool:
    """Not when one sentence says both: `Vera is at the school with a silver pencil.`"""
    return len({passage.fact(*step).sentence for step in question.steps}) > 1


def unanswerable(random: Random, passage: Passage) -> list[Question]:
    """About someone or something that is not there, or a side of someone that is not told."""
    names = {person.name for person in passage.people}
    things = {person.item[1] for person in passage.people if person.item} | set(passage.left)
    places = {person.place for person in passage.people} | set(passage.left.values())
    foods = {person.food for person in passage.people}
    stranger = random.choice([name for name in GIRLS + BOYS if name not in names])
    thing = random.choice([thing for thing in OBJECTS if thing not in things])
    place = random.choice([place for place in PLACES if place not in places])
    food = random.choice([food for food in FOODS if food not in foods])
    texts = [
        random.choice((f"What does {stranger} have?", f"Where is {stranger}?",
                       f"What does {stranger} like?")),
        random.choice((f"Who has the {thing}?", f"Where is the {thing}?",
                       f"What colour is the {thing}?")),
        random.choice((f"Who is {where(place)}?", f"Who likes {food}?")),
    ]  # fmt: skip
    for person in passage.people:
        if not person.item and not person.pet:
            texts.append(f"What does {person.name} have?")
        if person.item and not person.item[0]:
            texts.append(f"What colour is {person.name}'s {person.item[1]}?")
        if not person.place:
            texts.append(f"Where is {person.name}?")
            if person.item:
                texts.append(f"Where is the {name_of_item(passage, person)}?")
        if not person.food:
            texts.append(f"What does {person.name} like?")
    return [Question(text, UNKNOWN, "unanswerable") for text in texts]
