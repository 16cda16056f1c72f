"""Letters changed one by one into figures, look-alikes and signs, several kinds mixed in one text."""

from random import Random

FORMS = {
    "a": "4@аαâ", "b": "8ЬƄ", "c": "(сϲ", "d": "ԁđ", "e": "3€её", "g": "9ɡ", "h": "һ#", "i": "1!|íі", "k": "κк", "l": "1|ⅼ", "m": "ⅿм",
    "n": "пñ", "o": "0оοö", "p": "рρ", "r": "гя", "s": "5$ѕ", "t": "7+т", "u": "υüµ", "v": "ν", "w": "ѡω", "x": "х×", "y": "уγ", "z": "2ʐ",
}
MARKS = ["\u200b", "\u200c", ".", "-", "_", "*", " ", "~", "\u0336"]


def mixed(text: str, random: Random) -> str:
    """Each letter changed with one chance for the whole text; sometimes a sign between letters of some words as well."""
    chance = random.uniform(0.1, 0.5)
    changed = "".join(random.choice(FORMS[c.lower()]) if c.lower() in FORMS and random.random() < chance else c for c in text)
    if random.random() < 0.35:
        mark = random.choice(MARKS)
        changed = " ".join(mark.join(word) if random.random() < 0.4 else word for word in changed.split(" "))
    if random.random() < 0.2:
        changed = "".join(c.upper() if random.random() < 0.5 else c.lower() for c in changed)
    return changed
