"""Filling one template: text and spans."""

import re

SLOT = re.compile(r"\{([A-Za-z]+[0-9]?)(?::([a-z]))?\}")

PERSON, LOCATION, ORGANIZATION, STREET_ADDRESS = "PERSON", "LOCATION", "ORGANIZATION", "STREET_ADDRESS"

ENTITY = {
    "full": PERSON, "last": PERSON, "first": PERSON, "init": PERSON,
    "city": LOCATION, "country": LOCATION, "region": LOCATION, "geo": LOCATION, "venue": LOCATION, "town": LOCATION,
    "company": ORGANIZATION, "bank": ORGANIZATION, "club": ORGANIZATION, "uscity": ORGANIZATION, "usteam": ORGANIZATION,
    "county": ORGANIZATION, "party": ORGANIZATION, "media": ORGANIZATION, "intl": ORGANIZATION, "public": ORGANIZATION,
    "univ": ORGANIZATION, "exchange": ORGANIZATION, "cycle": ORGANIZATION, "org": ORGANIZATION, "auction": ORGANIZATION,
    "federation": ORGANIZATION, "department": ORGANIZATION, "committee": ORGANIZATION, "uscityplace": LOCATION,
    "address": STREET_ADDRESS,
}


def add_piece(text, spans, piece, label=None):
    """Appends a piece to the text, with its span when it is an entity."""
    if label and piece:
        spans.append({"start": len(text), "end": len(text) + len(piece), "label": label})
    return text + piece


class Filler:
    """Fills templates from a `Slots` value."""

    def __init__(self, slots, rng, entities=ENTITY):
        self.slots, self.rng, self.entities = slots, rng, entities

    def fill(self, template):
        """(text, spans). "^" at the start means capitals throughout, "_ " lower case throughout."""
        case, body = template[0], template
        if case == "^":
            body = template[1:]
        elif template.startswith("_ "):
            body = template[2:]
        self.slots.begin()
        text, spans, place = "", [], 0
        for match in SLOT.finditer(body):
            text += body[place:match.start()]
            name, key = match.group(1), match.group(2)
            if not self.slots.knows(name):
                text += match.group(0)
            else:
                piece = self.slots.value(name, key)
                text = add_piece(text, spans, piece, self.entities.get(name))
            place = match.end()
        text += body[place:]
        if case == "^":
            text, spans = recase(text, spans, str.upper)
        elif template.startswith("_ "):
            text, spans = recase(text, spans, str.lower)
        return text, spans

    def noise(self, text, spans):
        """Casing and spacing as people and machines leave them, on a small share of the rows."""
        if self.rng.random() < 0.12:
            text, spans = loosened(text, spans)
        draw = self.rng.random()
        if draw < 0.05:
            return recase(text, spans, str.lower)
        if draw < 0.08:
            return recase(text, spans, str.upper)
        if draw < 0.11:
            return recase(text, spans, str.title)
        if draw < 0.14 and text[-1] == ".":
            return text[:-1], spans
        return text, spans


def replaced(text, spans, edits):
    """The text after edits (start, end, replacement) in order, none of them within a span."""
    moved, pieces, place, shift = [dict(span) for span in spans], [], 0, 0
    for start, end, piece in edits:
        pieces += [text[place:start], piece]
        shift = len(piece) - (end - start)
        for span, old in zip(moved, spans):
            if old["start"] >= end:
                span["start"] += shift
                span["end"] += shift
        place = end
    return "".join(pieces + [text[place:]]), moved


def outside(spans, start, end):
    """Whether a range touches no span from within."""
    return all(end <= span["start"] or start >= span["end"] for span in spans)


def loosened(text, spans):
    """Quotation marks and possessives apart from their words, as in text joined from tokens."""
    edits = []
    for match in re.finditer(r"\"|'s\b|(?<=\w)(?=[,;:])", text):
        start, end = match.span()
        if outside(spans, start, end):
            mark = match.group(0)
            edits.append((start, end, {"'s": " 's", '"': ' " '}.get(mark, mark)))
    return replaced(text, spans, [edit for edit in edits if edit[0] != edit[1]])


def salted(text, spans, words, rng):
    """The text with a few common words put in between: what is not a name may be any word."""
    gaps = [match.start() for match in re.finditer(" ", text) if outside(spans, match.start(), match.end())]
    if not gaps:
        return text, spans
    gap = rng.choice(gaps)
    return replaced(text, spans, [(gap, gap, " " + " ".join(rng.choices(words, k=rng.randint(1, 5))))])


def recase(text, spans, change):
    """The text in another casing; unchanged where that would move the offsets."""
    changed = change(text)
    return (changed, spans) if len(changed) == len(text) else (text, spans)


def join(parts, separator=" "):
    """Several (text, spans) as one."""
    text, spans = "", []
    for index, (piece, found) in enumerate(parts):
        if index:
            text += separator
        spans += [{**span, "start": span["start"] + len(text), "end": span["end"] + len(text)} for span in found]
        text += piece
    return text, spans
