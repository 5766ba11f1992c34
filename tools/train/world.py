"""The words of the tiny world: who lives there, what they own, where they go.

Everything the corpus says is put together from these lists. They are short on purpose (a model
of two million parameters has to know every word), but their combinations are many millions, so
a passage can only be answered by reading it.
"""

GIRLS = (
    "Mia Anna Lily Rosa Ella Nora Ruby Clara Ada Iris Maya Zoe Lucy Emma Ivy Sara Hanna Olga "
    "Tina Jane Kate Lena Alma Vera Nina Dora Paula Greta Molly Sophie"
).split()
BOYS = (
    "Tom Ben Leo Max Sam Paul Hugo Finn Noah Adam Jack Emil Oscar Felix Otto Theo Ravi Luca "
    "Omar Ivan Peter Erik Hans Tim Dan Carl Bruno Simon Victor Henry"
).split()
PEOPLE = GIRLS + BOYS

COLOURS = (
    "red blue green yellow white black orange purple pink brown silver golden grey"
).split()

# Things a person can hold; every one of them can have a colour.
OBJECTS = (
    "kite boat ball hat book cup drum lamp key coat box doll bell basket umbrella pencil scarf "
    "ring stone flute bag clock mirror ribbon bottle candle spoon button feather shell top "
    "blanket cap glove puzzle whistle bucket brush fan map flag mask chair jar"
).split()

FOODS = (
    "apples bread cheese soup pears honey cake rice plums carrots nuts cherries pancakes beans "
    "milk grapes peas berries tea corn melons noodles butter lemons"
).split()

PETS = "cat dog rabbit pony duck parrot goat hen turtle mouse".split()

# A place always comes with the same preposition, as in speech: in the garden, at the school.
PLACES = {
    "garden": "in", "kitchen": "in", "forest": "in", "barn": "in", "library": "in",
    "park": "in", "tower": "in", "cave": "in", "attic": "in", "village": "in",
    "school": "at", "market": "at", "harbour": "at", "bakery": "at", "station": "at",
    "mill": "at", "farm": "at", "castle": "at",
    "hill": "on", "bridge": "on", "beach": "on", "roof": "on", "island": "on", "meadow": "on",
    "lake": "by", "river": "by", "well": "by", "gate": "by", "pond": "by", "fountain": "by",
}  # fmt: skip

JOBS = "baker teacher farmer sailor painter doctor miller gardener singer tailor".split()

NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
).split()

# Sentences that are true of no one: they keep facts apart and hold no answer.
FILLERS = [
    "The sun is shining.", "It is a warm day.", "It is raining a little.", "The wind is cold.",
    "A bird sings.", "The sky is clear.", "It is early in the morning.", "Clouds go by.",
    "It is almost evening.", "Far away a clock strikes.", "Nobody is in a hurry.",
    "The leaves are falling.", "It is very quiet.", "Snow lies on the ground.",
    "It is Sunday.", "The bells are ringing.",
]  # fmt: skip


def article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


def with_article(phrase: str) -> str:
    return f"{article(phrase)} {phrase}"


def where(place: str) -> str:
    """`in the garden`"""
    return f"{PLACES[place]} the {place}"


def capitalised(text: str) -> str:
    return text[0].upper() + text[1:]


def listed(items: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`"""
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1]
