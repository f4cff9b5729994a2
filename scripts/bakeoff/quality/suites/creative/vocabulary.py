"""What the prompts are filled with: names, places, things and words to work in.

Words to work in are short, concrete and of one or two syllables, so that they fit a poem; no
two of one list hold each other.
"""

NAMES = (
    "Ana", "Bruno", "Chidi", "Dagny", "Emil", "Farah", "Goran", "Hana", "Ines", "Jonas", "Kofi",
    "Lena", "Milo", "Noor", "Otto", "Priya", "Rosa", "Sami", "Tove", "Yusuf",
)  # fmt: skip
PLACES = (
    "Grey Harbour", "Salt Point", "Old Quarry", "Windmill Hill", "Fox Lane", "Copper Bay",
    "Northgate", "Lower Marsh", "Cedar Falls", "the Glass Bridge",
)  # fmt: skip
THINGS = (
    "an umbrella", "a brass key", "a red mitten", "a chess knight", "a library card",
    "a paper boat", "a kitchen timer", "a music box", "a snow globe", "a train ticket",
)  # fmt: skip
ANIMALS = (
    "owl", "otter", "snail", "magpie", "hedgehog", "octopus", "heron", "bat", "donkey", "moth",
)  # fmt: skip
#: Those that a first reader can spell.
SHORT_ANIMALS = ("owl", "otter", "snail", "magpie", "heron", "bat", "donkey", "moth")
#: Nouns to work in; in all but the lipograms.
WORDS = (
    "lantern", "gravel", "thimble", "harbour", "velvet", "pepper", "ladder", "compass", "apron",
    "candle", "whistle", "marble", "postcard", "hammock", "cinnamon", "tunnel", "pocket", "feather",
    "kettle", "anchor", "blanket", "orchard", "mirror", "button",
)  # fmt: skip
#: Words of one syllable to work in.
SHORT_WORDS = (
    "moon", "salt", "rain", "stone", "bell", "frost", "wind", "moss", "smoke", "thorn", "glass",
    "bread", "ink", "wool", "dust", "crow",
)  # fmt: skip
#: Words that a lazy text would use.
WORN = (
    "suddenly", "very", "beautiful", "amazing", "dream", "magic", "heart", "perfect", "journey",
    "whisper", "tapestry", "dance", "endless", "shimmer",
)  # fmt: skip
SEASONS = ("spring", "summer", "autumn", "winter", "the first frost", "a heat wave", "a thaw")
