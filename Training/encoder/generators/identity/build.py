"""Fills the templates: text and spans, `identity_generated.train.jsonl`."""

import json
import random
import re
from pathlib import Path

from ..pii.files import common_words, word_lists
from ..pii.fill import ENTITY, LOCATION, PERSON, STREET_ADDRESS, Filler, join, salted
from ..pii.names import NameSource
from ..pii.slots import Slots
from . import addresses
from .templates import KINDS, LOOK_ALIKES

ALTERNATIVE = re.compile(r"\{([^{}]*\|[^{}]*)\}")
ENTITIES = ENTITY | {"person": PERSON, "listed": PERSON, "lowperson": PERSON, "lowcity": LOCATION, "street": STREET_ADDRESS}
SLOT = re.compile(r"\{([A-Za-z_]+[0-9]?(?::[a-z])?)\}")
SALTED_SHARE = 0.12


class IdentitySlots(Slots):
    """The slots of `generators.pii` with more ways to write a name and an address. Names held out there stay out."""

    def __init__(self, lists, names, rng):
        super().__init__(lists, names, rng, dev=False)
        self.lists |= LOOK_ALIKES

    def make_person(self):
        first, last = self.names.person()
        draw = self.rng.random()
        if draw < 0.50:
            return f"{first} {last}"
        if draw < 0.62:
            return first
        if draw < 0.70:
            return f"{first} {self.rng.choice(['de', 'van', 'von', 'al', 'bin', 'da', 'Mc', 'O’', 'el', 'di'])} {last}".replace("Mc ", "Mc").replace("’ ", "’")
        if draw < 0.76:
            return f"{first} {self.names.person()[0]} {last}"
        if draw < 0.81:
            return f"{first[0]}. {last}"
        if draw < 0.85:
            return f"{first}-{self.names.person()[0]} {last}"
        if draw < 0.90:
            return f"{first} {last}-{self.names.person()[1]}"
        if draw < 0.93:
            return f"{last.upper()} {first}"
        if draw < 0.96:
            return f"{first} {last}{self.rng.choice([' Jr.', ' III', ' Sr.', ' II'])}"
        return f"{first} {last}".upper()

    def make_listed(self):
        first, last = self.names.person()
        return self.rng.choice([f"{last}, {first}", f"{last.upper()}, {first}", f"{last}, {first[0]}.", f"{first} {last}"])

    def make_lowperson(self):
        return self.make_full(self.names.person()).lower()

    def make_lowcity(self):
        return self.make_city().lower()

    def make_street(self):
        return addresses.street(self.rng)[0] if self.rng.random() < 0.7 else self.names.address()

    def make_address(self):
        return addresses.full(self.rng, self.make_city()) if self.rng.random() < 0.65 else self.names.address()

    def make_age(self):
        return str(self.rng.randint(18, 92))


def expanded(template, rng):
    """One choice of every alternative, from the inside out; slots stay as they are."""
    hidden = SLOT.sub(lambda match: f"\1{match.group(1)}\2", template)
    while (changed := ALTERNATIVE.sub(lambda match: rng.choice(match.group(1).split("|")), hidden)) != hidden:
        hidden = changed
    return hidden.replace("\1", "{").replace("\2", "}")


def generate(count, seed, shared):
    rng = random.Random(f"identity-{seed}")
    lists = word_lists()
    filler = Filler(IdentitySlots(lists, NameSource(lists, rng, False, shared), rng), rng, ENTITIES)
    kinds = {name: (weight, [line.replace("\\n", "\n") for line in text.strip().splitlines()]) for name, (weight, text) in KINDS.items()}
    words, rows, seen = common_words(shared), [], set()
    for _ in range(count * 20):
        if len(rows) == count:
            break
        name = rng.choices(list(kinds), [weight for weight, _ in kinds.values()])[0]
        one = lambda kind: filler.fill(expanded(rng.choice(kinds[kind][1]), rng))
        parts = [one(name)]
        if name != "record" and rng.random() < 0.35:
            parts += [one(rng.choice([name, "none" if name != "none" else name])) for _ in range(rng.randint(1, 2))]
            rng.shuffle(parts)
        text, spans = join(parts, rng.choice([" ", " ", "\n"]))
        if name != "record" and rng.random() < SALTED_SHARE:
            text, spans = salted(text, spans, words, rng)
        text, spans = filler.noise(text, spans)
        if text.strip() and text not in seen:
            seen.add(text)
            rows.append({"text": text, "spans": spans, "task": "pii", "source": f"identity_{name}"})
    return rows


def build(directory: Path, seed: int, shared: Path, count: int) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    rows = generate(count, seed, shared)
    path = directory / "identity_generated.train.jsonl"
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    print(f"{path.name}: {len(rows)} rows, {sum(not row['spans'] for row in rows)} without spans")
