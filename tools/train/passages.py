"""Passages about a few people, and the facts each one states.

A passage says where people are, what they hold, what they like. Every fact remembers the
sentence that states it, so that questions can point to their evidence.
"""

from dataclasses import dataclass, field
from random import Random

from world import (
    BOYS, COLOURS, FILLERS, FOODS, GIRLS, JOBS, OBJECTS, PETS, PLACES, where, with_article,
)  # fmt: skip

SYLLABLES = (
    "ba be bo da di do fe gu ka ki ko la le lo ma mi mo na ni no pa ra ri ro sa so ta ti to va vi "
    "zo al an ar bel bri cha dra ell en far gla hen is jo kel lin mar nor ol per quin ros sha tor "
    "ul ver win xan yu zan"
).split()


@dataclass
class Person:
    name: str
    pronoun: str  # She, He
    item: tuple[str, str] | None = None  # colour (may be empty), object
    place: str | None = None
    food: str | None = None
    pet: str | None = None
    job: str | None = None
    friend: str | None = None


@dataclass
class Fact:
    relation: str
    person: str
    phrase: str  # the words of the sentence that answer a question about it
    sentence: int


@dataclass
class Passage:
    people: list[Person]
    sentences: list[str] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)  # object: place, of things nobody holds

    def text(self) -> str:
        return " ".join(self.sentences)

    def fact(self, relation: str, person: str) -> Fact:
        return next(f for f in self.facts if (f.relation, f.person) == (relation, person))


STATEMENTS = {
    "item": [
        "{who} has {what}.", "{who} has {what}.", "{who} has {what}.", "{who} owns {what}.",
        "{who} is holding {what}.", "{who} carries {what}.", "{who} found {what}.",
        "{who} has got {what}.", "{who} bought {what}.", "{who} took {what}.",
    ],
    "place": [
        "{who} is {what}.", "{who} is {what}.", "{who} is {what}.", "{who} is standing {what}.",
        "{who} is playing {what}.", "{who} waits {what}.", "{who} is sitting {what}.",
        "{who} lives {what}.", "{who} was seen {what}.",
    ],
    "food": ["{who} likes {what}.", "{who} likes {what}.", "{who} loves {what}."],
    "pet": ["{who} has {what} as a pet.", "{who} keeps {what} as a pet."],
    "job": ["{who} is {what}.", "{who} works as {what}."],
    "friend": ["{who} is a friend of {what}.", "The best friend of {what} is {who}."],
}  # fmt: skip
BOTH = ["{who} is {place} and has {item}.", "{who} is {place} with {item}."]


def invented_word(random: Random) -> str:
    """A word nobody knows: it can only be copied, piece by piece."""
    return "".join(random.choice(SYLLABLES) for _ in range(random.randint(2, 3)))


def invented_name(random: Random) -> str:
    return invented_word(random).capitalize()


def draw_people(random: Random, count: int, more: float) -> list[Person]:
    """People who share nothing, so that every question has one answer; `more` is how likely
    each of the relations beside the main ones is."""
    girls = random.sample(GIRLS, count)
    boys = random.sample(BOYS, count)
    objects = random.sample(OBJECTS, count)
    colours = random.sample(COLOURS, count)
    places = random.sample(list(PLACES), count)
    foods, pets = random.sample(FOODS, count), random.sample(PETS, count)
    jobs = random.sample(JOBS, count)
    for i in range(count):
        if random.random() < 0.03:
            objects[i] = invented_word(random)
    if random.random() < 0.15:
        colours = [""] * count
    # Which relations this passage is about; people may still lack some of them.
    items_said, places_said = random.random() < 0.85, random.random() < 0.75
    if not items_said:
        places_said = True
    people = []
    for i in range(count):
        girl = random.random() < 0.5
        name = girls[i] if girl else boys[i]
        if random.random() < 0.06:
            name = invented_name(random)
        person = Person(name, "She" if girl else "He")
        if items_said and random.random() < 0.92:
            person.item = (colours[i], objects[i])
        if places_said and random.random() < 0.92:
            person.place = places[i]
        if random.random() < more:
            person.food = foods[i]
        if random.random() < more / 2:
            person.pet = pets[i]
        if random.random() < more / 2:
            person.job = jobs[i]
        people.append(person)
    if items_said and count > 1 and random.random() < 0.15:
        # Two things of one kind: only the colour tells them apart.
        first, second = random.sample(people, 2)
        if first.item and second.item and colours[0]:
            second.item = (second.item[0], first.item[1])
    if random.random() < more / 2 and count > 1:
        first, second = random.sample(people, 2)
        first.friend = second.name
    return people


def item_phrase(item: tuple[str, str]) -> str:
    return with_article(" ".join(item).strip())


def phrases(person: Person) -> dict[str, str]:
    """What can be said of a person, as {relation: words}."""
    said = {}
    if person.item:
        said["item"] = item_phrase(person.item)
    if person.place:
        said["place"] = where(person.place)
    if person.food:
        said["food"] = person.food
    if person.pet:
        said["pet"] = with_article(person.pet)
    if person.job:
        said["job"] = with_article(person.job)
    if person.friend:
        said["friend"] = person.friend
    return said


def draw_passage(random: Random, count: int, more: float, plain: bool = False) -> Passage:
    """A plain passage says everything in one way and names everyone: the first thing to learn."""
    passage = Passage(draw_people(random, count, more))
    statements: list[list[tuple[str, list[tuple[str, str, str]]]]] = []
    grouped = not plain and random.random() < 0.5
    for person in passage.people:
        said = phrases(person)
        own = []
        if not plain and "item" in said and "place" in said and random.random() < 0.15:
            sentence = random.choice(BOTH).format(
                who=person.name, place=said["place"], item=said["item"]
            )
            own.append((sentence, [(r, person.name, said.pop(r)) for r in ("item", "place")]))
        relations = list(said)
        random.shuffle(relations)
        pronouns = grouped and random.random() < 0.6
        for relation in relations:
            who = person.pronoun if pronouns and own and relation != "friend" else person.name
            form = STATEMENTS[relation][0] if plain else random.choice(STATEMENTS[relation])
            sentence = form.format(who=who, what=said[relation])
            own.append((sentence, [(relation, person.name, said[relation])]))
        statements.append(own)
    random.shuffle(statements)
    flat = [statement for own in statements for statement in own]
    if not grouped:
        random.shuffle(flat)
    if not plain and random.random() < 0.25:
        add_left_things(random, passage, flat)
    if not plain and random.random() < 0.3:
        for _ in range(random.randint(1, 2)):
            # Never between a person's sentences and their pronoun's: the start or the end.
            flat.insert(random.choice((0, len(flat))), (random.choice(FILLERS), []))
    for index, (sentence, facts) in enumerate(flat):
        passage.sentences.append(sentence)
        passage.facts += [Fact(relation, who, phrase, index) for relation, who, phrase in facts]
    return passage


def add_left_things(random: Random, passage: Passage, flat: list) -> None:
    """Things that lie somewhere by themselves: `The lamp is in the attic.`"""
    held = {person.item[1] for person in passage.people if person.item}
    taken = {person.place for person in passage.people}
    things = random.sample([thing for thing in OBJECTS if thing not in held], random.randint(1, 2))
    used: set[str] = set()
    for thing in things:
        # Sometimes beside a person, so that one can ask who is where the thing is.
        beside = [p.place for p in passage.people if p.place and p.place not in used]
        if beside and random.random() < 0.4:
            place = random.choice(beside)
        else:
            place = random.choice([place for place in PLACES if place not in taken])
        used.add(place)
        taken.add(place)
        verb = random.choice(("is", "is", "lies", "was left"))
        passage.left[thing] = place
        position = random.choice((0, len(flat)))
        flat.insert(position, (f"The {thing} {verb} {where(place)}.", [("left", thing, where(place))]))
