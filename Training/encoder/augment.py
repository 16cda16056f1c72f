"""Surface noise and harmless surroundings, so that the heads judge what is said and not how it is typed."""

import random
import string

from data import WHOLE_SOURCES, Row

NEIGHBOURS = {
    "a": "qsz", "b": "vgn", "c": "xvd", "d": "sfe", "e": "wrd", "f": "dgr", "g": "fht", "h": "gjy", "i": "uok",
    "j": "hku", "k": "jli", "l": "kop", "m": "nj", "n": "bmh", "o": "ipl", "p": "ol", "q": "wa", "r": "etf",
    "s": "adw", "t": "ryg", "u": "yij", "v": "cbf", "w": "qes", "x": "zcs", "y": "tuh", "z": "xa",
}
OPENINGS = (
    "hey, ", "Hi! ", "hello, ", "Hi there, ", "Quick question: ", "hey can you help me with this? ", "Please help: ",
    "I have a question. ", "Can you explain this to me? ", "So I was wondering, ", "My homework says: ", "ok so ",
    "Hello assistant, ", "I'm stuck on this one: ", "One more thing. ", "Thanks for the last answer. ", "Could you "
    "look at this? ", "Need help with the following.\n", "User: ", "Question: ", "Good morning! ", "btw ",
)
CLOSINGS = (
    " thanks", " Thanks in advance!", " please", " Please explain step by step.", " Any ideas?", " Thank you!",
    " Keep it short.", " I'd appreciate your help.", " Let me know what you think.", " Be concise.", " thx",
    "\n\nThank you very much for your time.", " Answer in plain English.", " Have a nice day.", " cheers", " :)",
)


class Augmenter:
    """Draws one altered copy of a row at a time; the same seed draws the same copies."""

    def __init__(self, passages: list[str], seed: int):
        self.random = random.Random(seed)
        self.passages = passages
        words = [w for text in passages[::3] for w in text.split() if w.isalpha() and len(w) > 2]
        self.words = words

    def __call__(self, row: Row) -> Row:
        if row.task == "pii":
            return self.spans(row)
        text = row.text
        if row.options and self.chance(0.25):
            text = self.with_options(text, row.options)
        if row.task == "jailbreak":
            text = self.surround(row, text)
        elif row.task in ("domain", "fact_check", "complexity"):
            text = self.frame(text, 0.25)
        text = self.surface(text)
        exchange = tuple(self.surface(part, 0.15) for part in row.exchange) if row.exchange else None
        return Row(row.task, text, row.source, row.label, exchange=exchange)

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def passage(self, low: int, high: int) -> str:
        """Between `low` and `high` words of a harmless text, from a random place in it."""
        words = self.random.choice(self.passages).split(" ")
        count = self.random.randint(low, high)
        start = self.random.randrange(max(1, len(words) - count + 1))
        return " ".join(words[start: start + count])

    def filler(self) -> str:
        """Harmless words: a piece of a text, or words picked one by one."""
        if self.chance(0.35):
            return " ".join(self.random.choice(self.words) for _ in range(self.random.randint(3, 16)))
        return self.passage(4, 25)

    def with_options(self, text: str, options: list[str]) -> str:
        letters = string.ascii_uppercase
        mark = self.random.choice(("{}. ", "({}) ", "{}) ", "{}: "))
        shown = options[: self.random.randint(2, min(len(options), 10))] if len(options) > 2 else options
        return text + "\n" + "\n".join(mark.format(letters[i]) + option for i, option in enumerate(shown))

    def frame(self, text: str, probability: float) -> str:
        """A chat-style opening or closing."""
        if self.chance(probability):
            text = self.random.choice(OPENINGS) + text
        if self.chance(probability * 0.8):
            text = text + self.random.choice(CLOSINGS)
        return text

    def surround(self, row: Row, text: str) -> str:
        """Harmless text before, after or around, for attacks and harmless rows alike."""
        gap = self.random.choice((" ", " ", "\n", "\n\n", ". ", " - "))
        if row.source == "bipia_attack":
            return self.inside(text, self.random.choice((" ", "\n", "\n\n")), 20, 90)
        if row.source.startswith(WHOLE_SOURCES):
            return text
        draw = self.random.random()
        if draw < 0.18:
            return text + gap + self.filler()
        if draw < 0.27:
            return self.filler() + gap + text
        if draw < 0.34:
            return self.filler() + gap + text + gap + self.filler()
        if draw < 0.44 and len(text) < 600:
            return self.inside(text, gap, 20, 80)
        return self.frame(text, 0.12)

    def inside(self, text: str, gap: str, low: int, high: int) -> str:
        """`text` at a line or sentence end within a longer harmless passage."""
        words = self.passage(low, high).split(" ")
        ends = [i for i, word in enumerate(words) if word.endswith((".", "?", "!", ",")) or "\n" in word]
        ends += [0, len(words) - 1]
        cut = self.random.choice(ends) + (0 if self.chance(0.3) else 1)
        return " ".join(words[:cut]) + gap + text + gap + " ".join(words[cut:])

    def surface(self, text: str, scale: float = 1.0) -> str:
        """Casing, punctuation and typing noise."""
        draw = self.random.random()
        if draw < 0.20 * scale:
            text = text.lower()
        elif draw < 0.24 * scale:
            text = text.upper()
        if self.chance(0.12 * scale):
            text = text.translate(str.maketrans("", "", "?!.,;:'\""))
        elif self.chance(0.25 * scale):
            text = text.rstrip("?.! ")
        if self.chance(0.18 * scale):
            text = self.typos(text, self.random.uniform(0.005, 0.05))
        if self.chance(0.05 * scale):
            text = text.replace("\n", " ") if self.chance(0.5) else "  ".join(text.split(" "))
        return text

    def typos(self, text: str, rate: float) -> str:
        letters = list(text)
        for i in range(len(letters)):
            if not letters[i].isalpha() or not self.chance(rate):
                continue
            kind = self.random.randrange(4)
            if kind == 0:
                letters[i] = ""
            elif kind == 1:
                letters[i] *= 2
            elif kind == 2 and i + 1 < len(letters):
                letters[i], letters[i + 1] = letters[i + 1], letters[i]
            else:
                letters[i] = self.random.choice(NEIGHBOURS.get(letters[i].lower(), "e"))
        return "".join(letters)

    def spans(self, row: Row) -> Row:
        """The same for texts with marked spans: only changes that keep offsets, and shifts by a prefix."""
        text, shift = row.text, 0
        draw = self.random.random()
        for changed, limit in ((text.lower(), 0.12), (text.upper(), 0.15)):
            if draw < limit and len(changed) == len(text):
                text = changed
                break
        if self.chance(0.12):
            opening = self.random.choice(OPENINGS)
            text, shift = opening + text, len(opening)
        if self.chance(0.12):
            text += self.random.choice(CLOSINGS)
        spans = [(start + shift, end + shift, label) for start, end, label in row.spans]
        return Row(row.task, text, row.source, spans=spans)
