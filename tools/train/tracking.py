"""Passages in which things change hands and people move: the last word counts."""

from random import Random

from answering import append_questions
from document import PASSAGE, Document, is_held_out
from passages import item_phrase
from questions import Question
from world import COLOURS, OBJECTS, PEOPLE, PLACES, capitalised, where

GIVE = ["{giver} gives the {thing} to {taker}.", "{giver} hands {taker} the {thing}.",
        "{taker} takes the {thing} from {giver}."]  # fmt: skip
GO = ["{who} goes to the {place}.", "{who} walks to the {place}.", "{who} runs to the {place}."]


def tracking_passage(random: Random) -> tuple[str, list[Question]]:
    people = random.sample(PEOPLE, random.randint(2, 3))
    things = random.sample(OBJECTS, random.randint(1, 2))
    colours = random.sample(COLOURS, len(things))
    holder: dict[str, str] = {}
    at: dict[str, str] = {}
    sentences = []
    for thing, colour in zip(things, colours):
        holder[thing] = random.choice(people)
        sentences.append(f"{holder[thing]} has {item_phrase((colour, thing))}.")
    for who in people:
        at[who] = random.choice(list(PLACES))
        sentences.append(f"{who} is {where(at[who])}.")
    random.shuffle(sentences)
    for _ in range(random.randint(1, 4)):
        if random.random() < 0.5:
            thing = random.choice(things)
            giver = holder[thing]
            taker = random.choice([who for who in people if who != giver])
            sentences.append(random.choice(GIVE).format(giver=giver, taker=taker, thing=thing))
            holder[thing] = taker
        else:
            who = random.choice(people)
            at[who] = random.choice([place for place in PLACES if place != at[who]])
            sentences.append(random.choice(GO).format(who=who, place=at[who]))
    questions = [Question(f"Where is {who} now?", capitalised(where(at[who])) + ".", "tracking")
                 for who in people]  # fmt: skip
    for thing in things:
        questions.append(Question(f"Who has the {thing} now?", f"{holder[thing]}.", "tracking"))
        questions.append(
            Question(f"Where is the {thing} now?", capitalised(where(at[holder[thing]])) + ".",
                     "tracking")
        )  # fmt: skip
    random.shuffle(questions)
    return " ".join(sentences), questions


def draw_tracking(random: Random, held_out: bool) -> tuple[str, list[Question]]:
    while True:
        text, questions = tracking_passage(random)
        if is_held_out(text) == held_out:
            return text, questions


def tracking_document(random: Random) -> Document:
    text, questions = draw_tracking(random, held_out=False)
    document = Document("tracking").add(text, PASSAGE)
    append_questions(document, questions[: random.randint(1, 4)])
    return document
