"""Seed files, slot expansion, and noise that is the same for every label."""

import random
import re
from pathlib import Path
from typing import Callable, Iterable, Mapping

DATA = Path(__file__).parent / "data"
Sections = dict[str, list[str]]

_BRACES = re.compile(r"\{([^{}]*)\}")
_NEIGHBOURS = {
    "a": "s", "c": "v", "d": "f", "e": "r", "g": "h", "h": "j", "i": "o", "l": "k",
    "m": "n", "n": "b", "o": "p", "r": "t", "s": "d", "t": "y", "u": "i", "w": "q",
}  # fmt: skip


def sections(name: str) -> Sections:
    """Reads `data/<name>.txt`: one seed per line under `[section]` headings; `#` starts a comment line."""
    found: Sections = {}
    current: list[str] | None = None
    for line in (DATA / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        line = line.strip()
        if not line or line.startswith("# "):
            continue
        if line.startswith("[") and line.endswith("]"):
            current = found.setdefault(line[1:-1], [])
        elif current is None:
            raise ValueError(f"{name}.txt: a seed stands before the first section: {line}")
        else:
            current.append(line.replace("\\n", "\n"))
    return found


def expand(template: str, slots: Mapping[str, list[str]], rng: random.Random) -> str:
    """Fills `{name}` from `slots` and picks one of `{a|b|}`, innermost first, until no brace of either kind is left.

    A slot that occurs twice gets two different values where it has them, and "a" becomes "an" before a filled-in vowel.
    """
    text, used = template, set[str]()
    for _ in range(40):
        match = next((m for m in _BRACES.finditer(text) if "|" in m[1] or m[1] in slots), None)
        if match is None:
            break
        if match[1] in slots:
            chosen = rng.choice([c for c in slots[match[1]] if c not in used] or slots[match[1]])
            used.add(chosen)
        else:
            chosen = rng.choice(match[1].split("|"))
        before = text[: match.start()]
        if chosen[:1] in tuple("aeio") and re.search(r"\b[Aa] $", before):
            before = before[:-1] + "n "
        text = before + chosen + text[match.end() :]
    return re.sub(r" {2,}", " ", text).strip()


def has_slot(template: str, name: str) -> bool:
    """Whether the template asks for the slot `name`."""
    return "{" + name + "}" in template


def typo(text: str, rng: random.Random) -> str:
    """Makes one slip of the keyboard inside a word of four letters or more."""
    words = list(re.finditer(r"[a-z]{4,}", text))
    if not words:
        return text
    word = rng.choice(words)
    at = rng.randrange(word.start() + 1, word.end() - 1)
    kind = rng.random()
    if kind < 0.4:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind < 0.7:
        return text[:at] + text[at + 1 :]
    if kind < 0.85:
        return text[:at] + text[at] + text[at:]
    return text[:at] + _NEIGHBOURS.get(text[at], text[at]) + text[at + 1 :]


def roughen(text: str, rng: random.Random) -> str:
    """Varies case, end punctuation, apostrophes and spelling without regard to the label."""
    roll = rng.random()
    if roll < 0.35:
        text = text.lower()
    elif roll < 0.38:
        text = text.upper() if len(text) < 60 else text
    elif roll < 0.75 and text:
        text = text[0].upper() + text[1:]
    if rng.random() < 0.35:
        text = text.rstrip(".!?") or text
    elif rng.random() < 0.06:
        text = text.rstrip(".!?") + rng.choice(["!", "...", "??", "!!", " ?"])
    if rng.random() < 0.15:
        text = text.replace("'", "")
    if rng.random() < 0.12:
        text = typo(text, rng)
    return text


def key(text: str) -> str:
    """The text without case, punctuation and spacing, by which duplicates are found."""
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


def collect(
    count: int, draw: Callable[[], dict[str, str]], seen: set[str], attempts_per_row: int = 30
) -> list[dict[str, str]]:
    """Draws up to `count` rows whose `text` (with `query`, where there is one) was not seen before."""
    rows: list[dict[str, str]] = []
    for _ in range(count * attempts_per_row):
        if len(rows) == count:
            break
        row = draw()
        mark = key(row["text"] + " " + row.get("query", ""))
        if mark and mark not in seen:
            seen.add(mark)
            rows.append(row)
    return rows


def cycle(items: Iterable[str], rng: random.Random) -> Callable[[], str]:
    """A source that hands out all items in random order before it repeats one, so that none is rare."""
    pool = list(items)
    queue: list[str] = []

    def draw() -> str:
        if not queue:
            queue.extend(pool)
            rng.shuffle(queue)
        return queue.pop()

    return draw
