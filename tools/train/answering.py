"""Question-answering documents: a passage, a question, an answer, sometimes further questions."""

from random import Random

from document import ANSWER, IGNORED, PASSAGE, Document, is_held_out
from passages import Passage, draw_passage
from questions import Question, one_hop, two_hop, unanswerable


def draw(random: Random, held_out: bool, most_people: int = 5) -> Passage:
    """A passage from the asked side of the split."""
    while True:
        count = random.randint(1 if most_people < 3 else 2, most_people)
        passage = draw_passage(random, count, more=random.choice((0.0, 0.0, 0.3, 0.6)))
        if len(passage.facts) >= 2 and is_held_out(passage.text()) == held_out:
            return passage


def choose_questions(random: Random, passage: Passage, count: int) -> list[Question]:
    pools = [one_hop(random, passage), two_hop(random, passage), unanswerable(random, passage)]
    for pool in pools:
        random.shuffle(pool)
    chosen: list[Question] = []
    while len(chosen) < count and any(pools):
        pool = random.choices(pools, weights=(0.36, 0.46, 0.18))[0]
        if pool:
            chosen.append(pool.pop())
    return chosen


def append_questions(document: Document, questions: list[Question]) -> None:
    """What follows an answer is a line break and another question, or the end; the loss looks at
    the end only, so the trained model stops after the answer."""
    for index, question in enumerate(questions):
        if index:
            document.add("\n", IGNORED).add(question.text, PASSAGE)
        else:
            document.add(" " + question.text, PASSAGE)
        document.add(" " + question.answer, ANSWER)


def question_document(random: Random, most_people: int = 5, most_questions: int = 6) -> Document:
    """Many questions on one passage make the most of the text that had to be read for them."""
    passage = draw(random, held_out=False, most_people=most_people)
    document = Document("question").add(passage.text(), PASSAGE)
    append_questions(document, choose_questions(random, passage, random.randint(1, most_questions)))
    return document


def draw_plain(random: Random) -> Passage:
    while True:
        passage = draw_passage(random, random.choice((2, 2, 3, 4)), random.choice((0.0, 0.3)), plain=True)
        if len(passage.facts) >= 2 and not is_held_out(passage.text()):
            return passage


def plain_document(random: Random) -> Document:
    """Direct questions on a passage without any variety."""
    passage = draw_plain(random)
    questions = one_hop(random, passage) + two_hop(random, passage)
    random.shuffle(questions)
    document = Document("question").add(passage.text(), PASSAGE)
    append_questions(document, questions[:8])
    return document
