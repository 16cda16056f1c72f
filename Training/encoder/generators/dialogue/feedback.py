"""User feedback: what a follow-up says about the answer before it."""

import random

from .grammar import Sections, collect, cycle, expand, has_slot, key, roughen, sections

TASK = "user_feedback"
LABELS = ("satisfied", "need_clarification", "wrong_answer", "want_different")
FIELDS = ("kind", "noun", "query", "answer", "term", "values", "next")

_OPENERS = [
    "hm, ", "hmm ", "ok so ", "well, ", "ok, ", "hey, ", "oh, ", "so ", "and ", "sorry, ", "ugh, ", "yeah ",
    "look, ", "right, ",
]  # fmt: skip
_CLOSERS = [
    " please", " tbh", " lol", " :)", " though", " bro", ", martlet", " again", " sir", " ok?", " haha",
    " if you can", " i think",
]  # fmt: skip


def contexts(lines: list[str]) -> list[dict[str, str]]:
    """Parses lines of seven fields separated by `||` into exchanges with the slots their follow-ups may use."""
    found = []
    for line in lines:
        parts = [part.strip() for part in line.split(" || ")]
        if len(parts) != len(FIELDS):
            raise ValueError(f"a context has {len(parts)} fields, not {len(FIELDS)}: {line}")
        context = dict(zip(FIELDS, parts))
        context["value"], context["claim"] = context.pop("values").split(" > ")
        found.append(context)
    return found


def _fill(template: str, context: dict[str, str], others: list[str], rng: random.Random) -> str:
    slots = {name: [context[name]] for name in ("noun", "term", "value", "claim", "next")}
    return expand(template, slots | {"other": [o for o in others if o != context["query"]]}, rng)


def _rows(
    label: str,
    count: int,
    seeds: Sections,
    pool: list[dict[str, str]],
    prefix: str,
    rng: random.Random,
    seen: set[str],
    owners: dict[str, str],
) -> list[dict[str, str]]:
    """Draws `count` rows of one label; `owners` keeps a text from serving two labels or both splits."""
    general = cycle(seeds[prefix + label], rng)
    kinds = sorted({c["kind"] for c in pool if not prefix and f"{label}:{c['kind']}" in seeds})
    special = {kind: cycle(seeds[f"{label}:{kind}"], rng) for kind in kinds}
    others = [c["query"] for c in pool]

    def fits(template: str, kind: str) -> bool:
        # A rival value disputes a fact, but varies a work of taste; the grammar keeps the two readings apart.
        if not has_slot(template, "claim"):
            return True
        unfit = {"want_different": ("fact", "math", "explain"), "wrong_answer": ("creative", "advice")}
        return kind not in unfit.get(label, ())

    def attempt() -> dict[str, str]:
        context = rng.choice(pool)
        kind = context["kind"]
        template = special[kind]() if kind in special and rng.random() < 0.2 else general()
        while not fits(template, kind):
            template = general()
        text = _fill(template, context, others, rng)
        if not prefix and len(text) < 90:
            if rng.random() < 0.12:
                text = rng.choice(_OPENERS) + text
            elif rng.random() < 0.1:
                text = text.rstrip(".!?") + rng.choice(_CLOSERS)
        query = roughen(context["query"], rng)
        return {"query": query, "answer": context["answer"], "text": roughen(text, rng), "label": label}

    def draw() -> dict[str, str]:
        row = attempt()
        while owners.setdefault(key(row["text"]), prefix + label) != prefix + label:
            row = attempt()
        return row

    return collect(count, draw, seen)


def build(rng: random.Random) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Training rows from the grammar, and development rows from other contexts and other seeds."""
    seeds, exchanges = sections("feedback_seeds"), sections("feedback_contexts")
    seen: set[str] = set()
    owners: dict[str, str] = {}
    dev, train = [], []
    for label in LABELS:
        dev += _rows(label, 75, seeds, contexts(exchanges["dev"]), "dev.", rng, seen, owners)
    for label in LABELS:
        train += _rows(label, 1500, seeds, contexts(exchanges["train"]), "", rng, seen, owners)
    rng.shuffle(train)
    return train, dev
