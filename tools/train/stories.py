"""Little stories: someone, somewhere, with something; then it goes wrong, then right again.

A story keeps one cast from the first line to the last. Names, things and places are drawn anew
each time, so the only way to go on well is to remember who is who and who has what.
"""

from dataclasses import dataclass
from random import Random

from document import ANSWER, PASSAGE, PROSE, Document
from world import (
    BOYS, COLOURS, FOODS, GIRLS, OBJECTS, PLACES, PETS, capitalised, where, with_article,
)  # fmt: skip

TRAITS = "little kind brave clever shy cheerful quiet curious gentle patient".split()
WEATHER = "sunny windy rainy cold warm bright cloudy quiet".split()
FEELINGS_BAD = "sad worried upset unhappy".split()
FEELINGS_GOOD = "happy glad proud cheerful".split()


@dataclass
class Cast:
    """Every word a story may use, under the name its lines use for it."""

    words: dict[str, str]

    def say(self, line: str) -> str:
        text = line.format(**self.words)
        return text


def draw_cast(random: Random) -> Cast:
    girl, friend_girl = random.random() < 0.5, random.random() < 0.5
    girls, boys = random.sample(GIRLS, 3), random.sample(BOYS, 3)
    thing, other = random.sample(OBJECTS, 2)
    colour, other_colour = random.sample(COLOURS, 2)
    home, first, second, last = random.sample(list(PLACES), 4)
    food, other_food = random.sample(FOODS, 2)
    words = {
        "hero": girls[0] if girl else boys[0],
        "he": "she" if girl else "he", "him": "her" if girl else "him",
        "his": "her" if girl else "his", "child": "girl" if girl else "boy",
        "friend": girls[1] if friend_girl else boys[1],
        "fhe": "she" if friend_girl else "he", "fhis": "her" if friend_girl else "his",
        "fhim": "her" if friend_girl else "him", "fchild": "girl" if friend_girl else "boy",
        "third": girls[2] if random.random() < 0.5 else boys[2],
        "thing": thing, "colour": colour, "athing": with_article(f"{colour} {thing}"),
        "other": other, "aother": with_article(f"{other_colour} {other}"),
        "ocolour": other_colour,
        "home": home, "athome": where(home), "first": first, "atfirst": where(first),
        "second": second, "atsecond": where(second), "last": last, "atlast": where(last),
        "food": food, "ofood": other_food, "pet": random.choice(PETS),
        "trait": random.choice(TRAITS), "ftrait": random.choice(TRAITS),
        "weather": random.choice(WEATHER), "sad": random.choice(FEELINGS_BAD),
        "glad": random.choice(FEELINGS_GOOD),
    }  # fmt: skip
    words["atrait"] = with_article(words["trait"])
    words["aftrait"] = with_article(words["ftrait"])
    words["apet"] = with_article(words["pet"])
    words |= {key.capitalize(): capitalised(words[key]) for key in ("he", "his", "fhe", "fhis")}
    return Cast(words)


OPENINGS = [
    "Once upon a time there was {atrait} {child} named {hero}.",
    "Once upon a time there lived {atrait} {child} named {hero}.",
    "Once upon a time, {atrait} {child} named {hero} lived near the {home}.",
    "There once was {atrait} {child} whose name was {hero}.",
    "One {weather} morning, {hero} was {athome}.",
    "{hero} was {atrait} {child} who lived near the {home}.",
    "It was a {weather} day, and {hero} had nothing to do.",
]
OWNING = [
    "{He} had {athing}, and {he} loved it more than anything.",
    "{His} best thing was {athing}.",
    "For {his} birthday {he} had been given {athing}.",
    "Every day {he} played with {his} {colour} {thing}.",
    "{He} had {athing} that went with {him} everywhere.",
]
FRIENDS = [
    "{His} best friend was {friend}, {aftrait} {fchild}.",
    "{He} had a friend named {friend}.",
    "{He} often played with {friend}, who was {aftrait} {fchild}.",
    "Next door lived {friend}, {his} friend.",
]

# A plot is a list of steps; each step is told in one of its ways.
LOST = [
    ["One day the {thing} was gone.", "But one morning {he} could not find the {thing}.",
     "One {weather} day {hero} lost the {thing}."],
    ["{hero} was very {sad}.", "{He} sat down and cried.", "{hero} did not know what to do."],
    ["First {he} looked {atfirst}, but it was not there.",
     "{He} ran to the {first} and looked everywhere, but found only {aother}.",
     "{He} searched {atfirst}. There was no {thing} there."],
    ["Then {he} met {friend}. \"Have you seen my {thing}?\" asked {hero}.",
     "There stood {friend}. \"Why are you so {sad}?\" asked {friend}. \"I lost my {thing},\" said {hero}.",
     "{He} asked {friend} for help."],
    ["\"I saw something {colour} {atlast},\" said {friend}.",
     "\"Let us look {atlast},\" said {friend}.",
     "{friend} thought for a while. \"Maybe it is {atlast},\" {fhe} said."],
    ["Together they went to the {last}.", "So {hero} and {friend} walked to the {last}.",
     "They ran to the {last} as fast as they could."],
    ["And there lay the {colour} {thing}!", "There, under a leaf, was the {thing}.",
     "And what did they see? The {colour} {thing} was right there."],
    ["\"Thank you, {friend}!\" said {hero}.", "{hero} took the {thing} and hugged {friend}.",
     "{hero} laughed and held the {thing} tight."],
    ["From that day on {he} took good care of {his} {thing}.",
     "They shared some {food} and went home.", "{hero} was {glad} again.",
     "That night {hero} slept with the {thing} beside {him}."],
]  # fmt: skip
GIFT = [
    ["One day {hero} saw that {friend} was {sad}.", "One {weather} day {friend} sat {atfirst} and was {sad}.",
     "One afternoon {hero} found {friend} {atfirst}, crying."],
    ["\"What is wrong?\" asked {hero}. \"My {other} is broken,\" said {friend}.",
     "\"I have nothing to play with,\" said {friend}.",
     "\"I lost my {ocolour} {other},\" said {friend}, \"and I cannot find it.\""],
    ["{hero} thought about it for a long time.", "{hero} looked at {his} {thing}.",
     "{hero} wanted to help."],
    ["\"You can have my {thing},\" said {hero}.", "Then {he} gave {friend} the {colour} {thing}.",
     "\"Here, take my {colour} {thing},\" {he} said."],
    ["{friend} could not believe it.", "{friend} smiled and took the {thing}.",
     "\"Really? Thank you!\" said {friend}, and held the {thing} up high."],
    ["Now {friend} had the {thing}, and {hero} had a happy friend.",
     "{hero} had no {thing} now, but {he} was {glad}.",
     "{friend} played with the {thing} all day."],
    ["The next day {friend} came to the {second} with {aother}.",
     "A week later {friend} gave {hero} {aother}.", "Soon {friend} came back with some {food} for {hero}."],
    ["\"This is for you,\" {fhe} said, \"because you are my friend.\"",
     "\"You were kind to me,\" said {friend}."],
    ["And they played together until the sun went down.", "They stayed friends for ever.",
     "{hero} learned that giving makes two people happy."],
]  # fmt: skip
ANIMAL = [
    ["One day, {athome}, {he} heard a small sound.", "One {weather} evening something cried {athome}."],
    ["It was {apet}, cold and hungry.", "A little {pet} sat there and could not get home.",
     "There was {apet} that had hurt its foot."],
    ["\"Poor {pet}!\" said {hero}. \"I will help you.\"", "{hero} picked the {pet} up with care.",
     "\"Do not be afraid,\" {he} said to the {pet}."],
    ["{He} gave the {pet} some {food}.", "{He} had a bit of {food} and gave it to the {pet}.",
     "{He} ran home and came back with {food} for the {pet}."],
    ["But the {pet} wanted to go home.", "The {pet} ate it all and looked at {him}.",
     "Soon the {pet} felt better."],
    ["{hero} asked {friend} where the {pet} lived.", "Then {friend} came by. \"That is the {pet} from the {last},\" {fhe} said.",
     "\"I know this {pet},\" said {friend}. \"It lives {atlast}.\""],
    ["So they brought the {pet} to the {last}.", "They carried the {pet} to the {last} together.",
     "{hero} and {friend} walked past the {first} to the {last}."],
    ["The {pet} jumped for joy.", "There the {pet} found its family.",
     "The {pet} looked back once more and was gone."],
    ["In the morning there was {athing} at the door.", "{hero} was {glad}, and so was {friend}.",
     "After that, the {pet} came to see {hero} every day."],
]  # fmt: skip
WIND = [
    ["One {weather} day {hero} took the {thing} to the {first}.", "One morning {hero} went to the {first} with the {thing}."],
    ["There came a strong wind.", "All at once the wind began to blow.", "Then the sky grew dark and a storm came."],
    ["It took the {thing} and carried it away.", "The {thing} flew up, higher and higher.",
     "Before {he} could do anything, the {thing} was gone with the wind."],
    ["{hero} ran after it to the {second}.", "\"Come back!\" cried {hero}, but the {thing} did not hear."],
    ["{At_second}, {third} was at work. \"I saw {athing},\" said {third}. \"It flew to the {last}.\"",
     "{He} asked {third}, who stood {atsecond}. \"It went to the {last},\" said {third}."],
    ["So {hero} went to the {last}.", "{hero} thanked {third} and ran on to the {last}."],
    ["There {he} found {friend}, with the {thing} in {fhis} hands.",
     "And who was there? It was {friend}, and {fhe} had the {thing}."],
    ["\"It fell right on my head!\" said {friend}, and they both laughed.",
     "\"Is this {thing} yours?\" asked {friend}. \"Yes!\" said {hero}."],
    ["{friend} gave the {thing} back to {hero}.", "So {hero} had {his} {colour} {thing} again."],
    ["Then they ate {food} together.", "On the way home the wind was only a whisper.", "{hero} was {glad}."],
]  # fmt: skip
PICNIC = [
    ["{hero} and {friend} wanted to have a picnic {atfirst}.", "One {weather} day {hero} and {friend} went to the {first}."],
    ["{hero} brought {food}, and {friend} brought {ofood}.", "{hero} had {food} in {his} basket. {friend} had {ofood}."],
    ["But when they sat down, they saw {third}.", "Soon {third} came along and looked at the food."],
    ["\"I have nothing to eat,\" said {third}.", "{third} was hungry and had only {athing}."],
    ["\"Then sit with us,\" said {hero}.", "{hero} gave {third} some {food}, and {friend} gave {third} some {ofood}."],
    ["They ate and talked until there was nothing left.", "It was the best picnic of the year."],
    ["{third} wanted to thank them and gave {hero} {aother}.", "Before {third} left, {hero} got {aother} from {third}."],
    ["\"Come again tomorrow,\" said {friend}.", "\"Now we are three friends,\" said {hero}."],
    ["When it grew dark, they all went home.", "And so they met {atfirst} every week."],
]  # fmt: skip
HIDE = [
    ["{hero} and {friend} played hide and seek.", "One {weather} day {friend} said, \"Let us play hide and seek!\""],
    ["{friend} closed {fhis} eyes and counted: one, two, three, four, five.", "\"One, two, three, four, five,\" counted {friend}."],
    ["{hero} ran to the {last} and hid there with {his} {thing}.", "{hero} took the {thing} and hid {atlast}."],
    ["{friend} looked {atfirst}. Nobody was there.", "First {friend} went to the {first}, but {hero} was not there."],
    ["Then {friend} looked {atsecond}. There was only {apet}.", "Then {fhe} ran to the {second}. There was {third}, but no {hero}."],
    ["\"Where can {he} be?\" said {friend}.", "{friend} sat down and thought."],
    ["Then {fhe} saw something {colour}. It was the {thing}!", "At last {fhe} heard somebody laugh {atlast}."],
    ["\"I found you!\" cried {friend}.", "\"There you are, {hero}!\" said {friend}."],
    ["{hero} came out of the {last} and laughed.", "\"Now it is your turn to hide,\" said {hero}."],
    ["They played until it was time for {food}.", "They played till the evening."],
]  # fmt: skip
BUILD = [
    ["{hero} wanted to build a little house {atfirst}.", "One {weather} day {hero} began to build a boat {atfirst}."],
    ["It was hard work, and {he} could not do it alone.", "But the boards were heavy, and soon {he} was tired."],
    ["{He} went to {friend}, who was {atsecond}.", "{He} called {friend}, who came from the {second}."],
    ["\"Will you help me?\" asked {hero}. \"Yes,\" said {friend}, \"if I may use your {thing}.\"",
     "\"I will help you,\" said {friend}. \"I have {aother} that we can use.\""],
    ["They worked all morning and all afternoon.", "{hero} held the boards, and {friend} did the rest."],
    ["At noon they ate {food} and drank some water.", "When they were hungry, {friend} shared {fhis} {food}."],
    ["In the evening it was done.", "At last the work was finished."],
    ["\"It is the best in the whole land,\" said {hero}.", "{third} came to look. \"How fine it is!\" said {third}."],
    ["{hero} put the {colour} {thing} inside.", "They sat in it and looked at the stars."],
    ["After that, {hero} and {friend} were there every day.", "\"Two can do more than one,\" said {friend}."],
]  # fmt: skip
PLOTS = {"lost": LOST, "gift": GIFT, "animal": ANIMAL, "wind": WIND, "picnic": PICNIC,
         "hide": HIDE, "build": BUILD}  # fmt: skip
SKIPPABLE = 0.12
DETAILS = [
    "It was a {weather} day.", "The sky was full of clouds.", "A bird sang in a tree.",
    "Everybody in the village knew {hero}.", "{hero} liked {food} best of all.",
    "The {home} was {his} favourite place.", "{friend} liked {ofood} best.",
]
ENDINGS = ["The end.", "And that is the end of the story.", "And they lived happily ever after."]


def tell(random: Random) -> tuple[str, Cast]:
    cast = draw_cast(random)
    cast.words["At_second"] = capitalised(cast.words["atsecond"])
    lines = [random.choice(OPENINGS)]
    lines.append(random.choice(OWNING))
    lines.append(random.choice(FRIENDS))
    if random.random() < 0.4:
        lines.insert(random.randint(2, 3), random.choice(DETAILS))
    lines += [random.choice(step) for step in PLOTS[random.choice(list(PLOTS))]]
    if random.random() < 0.4:
        lines.append(random.choice(ENDINGS))
    return " ".join(cast.say(line) for line in lines), cast


def story_document(random: Random) -> Document:
    text, cast = tell(random)
    document = Document("story")
    # A friend is somebody else: the one thing to know about a name that is new in the story.
    meeting = text.index(f" {cast.words['friend']}")
    after = meeting + 1 + len(cast.words["friend"])
    document.add(text[:meeting], PROSE).add(text[meeting:after], ANSWER).add(text[after:], PROSE)
    if random.random() < 0.25:  # a question about what was told long ago
        words = cast.words
        asked = [("Who is the friend of {hero}?", "{friend}.")]
        if "named {hero}" in text or words["colour"] + " " + words["thing"] in text:
            asked.append(("What colour is the {thing}?", capitalised(words["colour"]) + "."))
        question, answer = random.choice(asked)
        document.add("\n", 0.0).add(cast.say(question), PASSAGE).add(" " + cast.say(answer), ANSWER)
    return document
