"""Fact check: whether an answer would state verifiable facts about the world."""

import random

from .domain import dress
from .grammar import collect, cycle, expand, sections

TASK = "fact_check"
LABELS = ("FACT_CHECK_NEEDED", "NO_FACT_CHECK_NEEDED")
SLOTS = (
    "country", "city", "person", "work", "event", "drug", "illness", "animal", "company", "thing", "claim",
    "passage", "code", "topic",
)  # fmt: skip


def build(rng: random.Random) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Training rows from the grammar, and development rows as they were written."""
    seeds = sections("fact_check_seeds")
    slots = {name: seeds[name] for name in SLOTS}
    dev = [{"text": text, "label": label} for label in LABELS for text in seeds[f"dev.{label}"]]
    seen: set[str] = set()
    collect(len(dev), iter(dev).__next__, seen, attempts_per_row=1)
    train = []
    for label in LABELS:
        source = cycle(seeds[label], rng)

        def draw() -> dict[str, str]:
            return {"text": dress(expand(source(), slots, rng), rng), "label": label}

        train += collect(1500, draw, seen)
    rng.shuffle(train)
    return train, dev
