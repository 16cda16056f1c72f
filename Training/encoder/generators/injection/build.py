"""Builds the training file: attacks and their harmless twins in equal numbers and lengths."""

import gzip
import json
import re
from pathlib import Path
from random import Random

from ..jailbreak.build import balanced, distinct, write
from ..jailbreak.compose import obfuscated
from ..jailbreak.grammar import Family, Grammar
from ..jailbreak.obfuscation import noisy
from . import disguise, documents, forced, notes, orders, pretexts, words, wraps

PER_CLASS = 9_000
SURPLUS = 2.0
LONGEST = 700
PLACES = re.compile(r"\{passage\}|\{line\}")
HARMFUL = ("harmbench/harmbench_prompts", "donotanswer/malicious_uses", "Illegal Activity", "Malware", "Physical Harm", "Hate Speech",
           "Fraud", "Economic Harm", "Privacy Violence")
"""Policies whose requests are harmful beyond doubt; the others are mild ones among them."""

Row = dict[str, str]


def row(text: str, label: str, source: str) -> Row:
    return {"text": text.replace("%PIPE%", "|"), "label": label, "task": "jailbreak", "source": source}


def lines_of(path: Path) -> list[dict]:
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    with opened as stream:
        return [json.loads(line) for line in stream]


def sentences(text: str) -> list[str]:
    """Sentences of a text without the signs that mean something to the grammar."""
    plain = re.sub(r"\s+", " ", text.translate(str.maketrans("{}|\\", "()/ ")))
    return [part for part in re.split(r"(?<=[.!?])\s+", plain) if 15 < len(part) < 260]


class Sources:
    """Harmless passages and harmful requests of the shared data."""

    def __init__(self, data: Path):
        texts = [r["answer"] for r in lines_of(data / "hallucination/haluquestqa_factuality.train.jsonl.gz")]
        texts += [r["context"] for r in lines_of(data / "hallucination/begin_wow.train.jsonl.gz")]
        texts += [r["text"] for r in lines_of(data / "domain/mmlu_pro.train.jsonl.gz") if len(r["text"]) > 200]
        self.passages = [found for text in texts if text and text.isascii() and (found := sentences(text))]
        self.harmful = [r["text"].strip() for r in lines_of(data / "jailbreak/harmful_requests.train.jsonl")
                        if r.get("policy") in HARMFUL and len(r["text"]) < 220]

    def passage(self, random: Random, most: int) -> str:
        found = random.choice(self.passages)
        start = random.randrange(len(found))
        return " ".join(found[start: start + random.randint(1, most)])


class Draws:
    """Draws one row of either class."""

    def __init__(self, data: Path, random: Random):
        self.random = random
        self.sources = Sources(data)
        self.grammar = Grammar(words.SLOTS, orders.SLOTS, documents.SLOTS, notes.SLOTS, wraps.SLOTS, forced.SLOTS, pretexts.SLOTS)
        self.documents = [seed for family in documents.FAMILIES for seed in family.seeds]

    def pick(self, families: list[Family]) -> tuple[str, str]:
        """A family's name and one of its seeds; families by weight, whatever their number of seeds."""
        family = self.random.choices(families, [f.weight * len(f.seeds) ** 0.5 for f in families])[0]
        return family.name, self.random.choice(family.seeds)

    def expand(self, seed: str) -> str:
        return self.grammar.expand(seed, self.random)

    def text(self, families: list[Family], goal: str | None = None) -> tuple[str, str]:
        name, seed = self.pick(families)
        wanted = goal or self.harmless()
        return name, re.sub(r"\{[Gg]oal\}", lambda _: wanted, self.expand(seed))

    def harmless(self) -> str:
        return self.expand(self.random.choice(wraps.HARMLESS_GOALS))

    def document(self, inserted: str, label: str, source: str) -> Row | None:
        text = self.carried(inserted)
        return row(noisy(text, self.random), label, source) if len(text) <= LONGEST else None

    def carried(self, inserted: str) -> str:
        """A document with the sentence in it, two fifths of them with the task that they come with."""
        seed = self.random.choice(self.documents)
        most = [3 if slot == "{passage}" else 1 for slot in PLACES.findall(seed)]
        text = self.expand(PLACES.sub("\1", seed))
        for count in most:
            text = text.replace("\1", self.sources.passage(self.random, count), 1)
        text = text.replace("{insert}", inserted).replace("{Insert}", inserted)
        if self.random.random() < 0.2:
            more = self.sources.passage(self.random, 4)
            text = self.random.choice([text + "\n" + more, more + "\n" + text])
        if self.random.random() < 0.4:
            task = self.expand(self.random.choice(documents.TASKS))
            text = task + "\n" + text if self.random.random() < 0.75 else text + "\n\n" + task
        return text

    def attack(self) -> Row | None:
        """None for a document that is longer than what one row of training shows."""
        draw = self.random.random()
        if draw < 0.46:
            kind, order = self.text(orders.FAMILIES)
            if self.random.random() < 0.2:
                order += " " + self.text(orders.FAMILIES)[1]
            if self.random.random() < 0.08:
                order = disguise.mixed(order, self.random)
            return self.document(order, "jailbreak", f"order/{kind}")
        if draw < 0.52:
            kind, order = self.text(orders.FAMILIES[:3])
            return row(noisy(order, self.random), "jailbreak", f"bare/{kind}")
        if draw < 0.68:
            families = wraps.ONLY_ATTACK if self.random.random() < 0.4 else [f for f in wraps.EITHER if f.name != "reason"]
            kind, text = self.text(families, self.random.choice(self.sources.harmful))
            return row(noisy(text, self.random), "jailbreak", f"wrapped/{kind}")
        if draw < 0.80:
            kind, text = self.text(forced.ATTACKS)
            return row(self.hidden(text, 0.12), "jailbreak", f"forced/{kind}")
        kind, text = self.text(pretexts.ATTACKS, self.random.choice(self.sources.harmful) if self.random.random() < 0.6 else None)
        return row(self.hidden(text, 0.15), "jailbreak", f"pretext/{kind}")

    def benign(self) -> Row | None:
        draw = self.random.random()
        if draw < 0.50:
            kind, note = self.text(notes.FAMILIES)
            if self.random.random() < 0.2:
                note += " " + self.text(notes.FAMILIES)[1]
            if self.random.random() < 0.04:
                note = disguise.mixed(note, self.random)
            return self.document(note, "benign", f"note/{kind}")
        if draw < 0.58:
            kind, note = self.text(notes.FAMILIES)
            return row(noisy(note, self.random), "benign", f"bare_note/{kind}")
        if draw < 0.76:
            kind, text = self.text(wraps.EITHER)
            return row(noisy(text, self.random), "benign", f"wrapped/{kind}")
        if draw < 0.87:
            kind, text = self.text(forced.BENIGN)
            return row(self.hidden(text, 0.08), "benign", f"forced/{kind}")
        kind, text = self.text(pretexts.BENIGN)
        return row(self.hidden(text, 0.08), "benign", f"pretext/{kind}")

    def hidden(self, text: str, chance: float) -> str:
        """Now and then in a spelling that a reader still makes out; typing noise otherwise."""
        if len(text) < 200 and self.random.random() < chance:
            return disguise.mixed(text, self.random) if self.random.random() < 0.6 else obfuscated(text, self.random)
        return noisy(text, self.random)


def build(directory: Path, seed: int, data: Path) -> None:
    """Writes `injection_generated.train.jsonl` into the directory."""
    random = Random(seed)
    directory.mkdir(parents=True, exist_ok=True)
    draws, seen = Draws(data, random), set()
    surplus = int(PER_CLASS * SURPLUS)
    attacks, benign = distinct(draws.attack, surplus, seen), distinct(draws.benign, surplus, seen)
    rows = balanced(attacks, benign, PER_CLASS, random)
    random.shuffle(rows)
    write(directory / "injection_generated.train.jsonl", rows)
