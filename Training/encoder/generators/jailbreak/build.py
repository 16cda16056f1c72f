"""Builds the training file and the three held-out files."""

import json
import re
from collections import Counter
from pathlib import Path
from random import Random

from . import (
    attack_slots, attacks_extraction, attacks_foreign, attacks_form, attacks_misc, attacks_override, attacks_persona,
    benign_agent, benign_foreign, benign_instructions, benign_plain, benign_roles, benign_security, benign_trigger,
    carriers, heldout_attacks, heldout_benign, heldout_documents, inserts, slots,
)
from .compose import CODED_ATTACK_FRAMES, CODED_BENIGN_FRAMES, Composer, Documents, coded, obfuscated
from .grammar import Family, Grammar
from .obfuscation import noisy

ATTACKS = [*attacks_override.FAMILIES, *attacks_persona.FAMILIES, *attacks_extraction.FAMILIES, *attacks_form.FAMILIES,
           *attacks_foreign.FAMILIES, *attacks_misc.FAMILIES]
PLAIN = [*benign_plain.FAMILIES, *benign_instructions.FAMILIES]
HARD = [*benign_security.FAMILIES, *benign_trigger.FAMILIES, *benign_roles.FAMILIES, *benign_foreign.FAMILIES,
        *benign_agent.FAMILIES]

PER_CLASS = 6_000
SURPLUS = 2.2
LENGTH_EDGES = [6, 12, 20, 35, 60, 100]
HELD_OUT_ATTACKS, HELD_OUT_BENIGN, HELD_OUT_INDIRECT = 300, 270, 200

Row = dict[str, str]


def grammar() -> Grammar:
    """The grammar of both classes."""
    return Grammar(slots.COMMON, attack_slots.ATTACK, attacks_persona.SLOTS, attacks_form.SLOTS, attacks_foreign.SLOTS,
                   attacks_misc.SLOTS, inserts.SLOTS, carriers.SLOTS, benign_instructions.SLOTS,
                   benign_security.SLOTS, benign_trigger.SLOTS, benign_roles.SLOTS, benign_agent.SLOTS)


def row(text: str, label: str, source: str) -> Row:
    return {"text": text, "label": label, "task": "jailbreak", "source": f"generated/{source}"}


def key(text: str) -> str:
    """What two texts share when they count as the same."""
    return re.sub(r"\W+", " ", text.lower()).strip() or text


def distinct(draw, count: int, seen: set[str]) -> list[Row]:
    """Rows from `draw` whose texts have not been seen, at most `count`."""
    rows = []
    for _ in range(count * 20):
        if len(rows) == count:
            break
        candidate = draw()
        if candidate and key(candidate["text"]) not in seen:
            seen.add(key(candidate["text"]))
            rows.append(candidate)
    return rows


class TrainingDraws:
    """Draws one row of either class."""

    def __init__(self, random: Random):
        self.random = random
        self.grammar = grammar()
        self.attacks = Composer(self.grammar, ATTACKS, random)
        self.injections = Composer(self.grammar, inserts.INJECTIONS, random)
        self.plain = Composer(self.grammar, PLAIN, random)
        self.hard = Composer(self.grammar, HARD, random)
        self.notes = Composer(self.grammar, inserts.HUMAN_NOTES, random)
        self.documents = Documents(self.grammar, carriers.CARRIERS, carriers.TASKS, random)

    def attack(self) -> Row:
        draw = self.random.random()
        if draw < 0.20:
            source = self.injections if self.random.random() < 0.7 else self.attacks
            _, order = source.seed()
            name, text = self.documents.carry(order)
            return row(text, "jailbreak", f"attack/indirect_{name}")
        if draw < 0.23:
            return row(coded(self.attacks.seed()[1], CODED_ATTACK_FRAMES, self.grammar, self.random), "jailbreak",
                       "attack/encoded")
        name, text = self.attacks.in_context()
        if draw < 0.30 and len(text) < 160:
            return row(obfuscated(text, self.random), "jailbreak", "attack/obfuscated")
        return row(noisy(text, self.random), "jailbreak", f"attack/{name}")

    def benign(self) -> Row:
        draw = self.random.random()
        if draw < 0.16:
            _, note = self.notes.seed()
            name, text = self.documents.carry(note)
            return row(text, "benign", f"benign/document_{name}")
        if draw < 0.18:
            return row(coded(self.plain.seed()[1], CODED_BENIGN_FRAMES, self.grammar, self.random), "benign",
                       "benign/encoded")
        name, text = self.plain.in_context() if draw < 0.66 else self.hard.in_context()
        if draw < 0.21 and len(text) < 160:
            return row(obfuscated(text, self.random), "benign", "benign/obfuscated")
        return row(noisy(text, self.random), "benign", f"benign/{name}")


def length_class(text: str) -> int:
    words = len(text.split())
    return sum(words > edge for edge in LENGTH_EDGES)


def balanced(attacks: list[Row], benign: list[Row], count: int, random: Random) -> list[Row]:
    """At most `count` rows of each class, as many of each length in one class as in the other."""
    chosen: list[Row] = []
    pools = [[[r for r in rows if length_class(r["text"]) == size] for size in range(len(LENGTH_EDGES) + 1)]
             for rows in (attacks, benign)]
    shared = [min(len(a), len(b)) for a, b in zip(*pools)]
    share = min(1.0, count / max(1, sum(shared)))
    for size, available in enumerate(shared):
        for pool in pools:
            chosen += random.sample(pool[size], round(available * share))
    return chosen


def training(random: Random) -> list[Row]:
    """The training rows, shuffled."""
    draws = TrainingDraws(random)
    seen: set[str] = set()
    surplus = int(PER_CLASS * SURPLUS)
    attacks, benign = distinct(draws.attack, surplus, seen), distinct(draws.benign, surplus, seen)
    rows = balanced(attacks, benign, PER_CLASS, random)
    random.shuffle(rows)
    return rows


def framed(families: list[Family], frames: list[str], label: str, random: Random):
    """A draw of held-out rows: every seed bare first, then random seeds in frames."""
    table = grammar()
    pool = [(family.name, seed) for family in families for seed in family.seeds]
    bare = list(pool)

    def draw() -> Row:
        name, seed = bare.pop() if bare else random.choice(pool)
        text = table.expand(seed, random)
        frame = random.choice(frames) if not bare else "{text}"
        framed_text = table.expand(frame, random).replace("{text_two}", table.expand(random.choice(pool)[1], random))
        return row(noisy(framed_text.replace("{text}", text), random), label, f"heldout/{name}")

    return draw


def indirect(random: Random) -> list[Row]:
    """Held-out documents, half of them with an injected order."""
    table = grammar()
    documents = Documents(table, heldout_documents.CARRIERS, heldout_documents.TASKS, random)
    halves = []
    for families, label in ((heldout_documents.INJECTIONS, "jailbreak"), (heldout_documents.NOTES, "benign")):
        composer = Composer(table, families, random)
        halves += distinct(lambda: row(documents.carry(composer.seed()[1])[1], label, f"heldout/indirect_{label}"),
                           HELD_OUT_INDIRECT // 2, set())
    random.shuffle(halves)
    return halves


def write(path: Path, rows: list[Row]) -> None:
    """One JSON object per line, and the counts on standard output."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(r, ensure_ascii=False) + "\n" for r in rows)
    print(f"{path.name}: {len(rows)} rows, {dict(Counter(r['label'] for r in rows))}")
    for source, count in sorted(Counter(r["source"] for r in rows).items()):
        print(f"  {source}: {count}")


def build(directory: Path, seed: int) -> None:
    """Writes the four files into the directory."""
    directory.mkdir(parents=True, exist_ok=True)
    write(directory / "jailbreak_generated.train.jsonl", training(Random(seed)))
    random = Random(seed + 1)
    attacks = framed(heldout_attacks.FAMILIES, heldout_attacks.SENTENCE_FRAMES, "jailbreak", random)
    write(directory / "jailbreak_attacks.dev.jsonl", distinct(attacks, HELD_OUT_ATTACKS, set()))
    benign = framed(heldout_benign.FAMILIES, heldout_benign.FRAMES, "benign", random)
    write(directory / "jailbreak_hard_benign.dev.jsonl", distinct(benign, HELD_OUT_BENIGN, set()))
    write(directory / "jailbreak_indirect.dev.jsonl", indirect(random))
