"""Modality: whether a prompt wants text (AR), an image (DIFFUSION) or both."""

import random

from .grammar import collect, cycle, expand, roughen, sections

TASK = "modality"
LABELS = ("AR", "DIFFUSION", "BOTH")
SLOTS = ("subject", "scene", "style", "look", "topic", "thing", "made")

_OPENERS = ["hi, ", "hey ", "please ", "ok, ", "next: ", "for my class: ", "quick one: ", "hello! ", "for a friend: "]
_CLOSERS = [" please", " thanks", ", make it good", ", for school", ", nothing too fancy", ", thank you", ", be creative"]


def build(rng: random.Random) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Training rows from the grammar, and development rows as they were written."""
    seeds = sections("modality_seeds")
    slots = {name: seeds[name] for name in SLOTS}
    dev = [{"text": text, "label": label} for label in LABELS for text in seeds[f"dev.{label}"]]
    seen: set[str] = set()
    collect(len(dev), iter(dev).__next__, seen, attempts_per_row=1)
    train = []
    ordinary = cycle((text for texts in sections("domain_seeds").values() for text in texts), rng)
    for label, count in (("AR", 1000), ("DIFFUSION", 800), ("BOTH", 800)):
        source = cycle(seeds[label], rng)

        def draw() -> dict[str, str]:
            # Most text prompts never mention a picture, so a part of the text class comes from the subject seeds.
            text = expand(ordinary() if label == "AR" and rng.random() < 0.3 else source(), slots, rng)
            roll = rng.random()
            if roll < 0.12:
                text = rng.choice(_OPENERS) + text
            elif roll < 0.24:
                text = text.rstrip(".!?") + rng.choice(_CLOSERS)
            return {"text": roughen(text, rng), "label": label}

        train += collect(count, draw, seen)
    rng.shuffle(train)
    return train, dev
