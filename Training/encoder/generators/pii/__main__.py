"""`python -m generators.pii --out DIR --seed N [--shared DIR]`: writes pii_generated.{train,dev}.jsonl."""

import argparse
import json
import random
from pathlib import Path

from . import presidio
from .files import DEV_TEMPLATE_SHARE, common_words, is_dev, template_sections, word_lists
from .fill import Filler, join, salted
from .names import NameSource
from .slots import Slots

# Sections whose rows may be joined into a longer text, with the sections of plain sentences that fit between.
PROSE = {"politics", "war", "court", "business", "society", "sporttext", "news-plain", "person-prose", "place-prose",
         "group-prose", "state-prose", "common-plain"}
LISTS = {"result", "sport-plain", "cricket", "standings"}
SALTED_SHARE = 0.2
EMPTY_SHARE = 0.30


def dev_share(template):
    """Addresses stand in few templates, so dev gets more of those."""
    return DEV_TEMPLATE_SHARE // 2 if "{address}" in template else DEV_TEMPLATE_SHARE


def generate(count, dev, seed, shared):
    """`count` distinct rows for one side of the division."""
    rng = random.Random(f"{seed}-{'dev' if dev else 'train'}")
    lists = word_lists()
    filler = Filler(Slots(lists, NameSource(lists, rng, dev, shared), rng, dev), rng)
    sections = {}
    for name, weight, templates in template_sections():
        kept = [template for template in templates if is_dev(template, dev_share(template)) == dev]
        if kept:
            sections[name] = (weight, kept)
    words = common_words(shared)
    plain = {name: value for name, value in sections.items() if name.endswith("-plain")}
    named = {name: value for name, value in sections.items() if name not in plain}
    rows = list(presidio.rows(shared, dev))[: count // 4]
    seen = {row["text"] for row in rows}
    empty = sum(not row["spans"] for row in rows)
    # Templates of a plain section without free slots soon run out, so the loop is bounded.
    for _ in range(count * 30):
        if len(rows) >= count:
            break
        want_empty = empty < EMPTY_SHARE * len(rows)
        pool = plain if want_empty else named
        name = rng.choices(list(pool), [weight for weight, _ in pool.values()])[0]
        text, spans = compose(name, sections, filler, rng, want_empty)
        if (name in PROSE or name.startswith("prompt")) and rng.random() < SALTED_SHARE:
            text, spans = salted(text, spans, words, rng)
        if not text.strip() or text in seen or (want_empty and spans):
            continue
        seen.add(text)
        empty += not spans
        rows.append({"text": text, "spans": spans, "task": "pii", "source": f"generated_{name}"})
    rng.shuffle(rows)
    return rows


def compose(name, sections, filler, rng, want_empty):
    """One row: a template, or several of one kind in a row."""
    def one(section):
        return filler.fill(rng.choice(sections[section][1]))

    parts = [one(name)]
    draw = rng.random()
    if name in PROSE:
        extra = 0 if draw < 0.62 else 1 if draw < 0.85 else rng.randint(2, 6)
        family = ["news-plain", "common-plain"] if want_empty else [name, name, "news-plain"]
        parts += [one(rng.choice([s for s in family if s in sections])) for _ in range(extra)]
        if not want_empty and "dateline" in sections and rng.random() < 0.05:
            return filler.noise(*join([one("dateline"), join(parts)], "\n"))
    elif name in LISTS and draw < 0.3:
        parts += [one(name) for _ in range(rng.randint(1, 5))]
        return filler.noise(*join(parts, rng.choice(["\n", "\n", " "])))
    elif name == "headline" and draw < 0.15 and not want_empty:
        parts += [one("politics")] if "politics" in sections else []
        return filler.noise(*join(parts, "\n"))
    elif name in ("prompt", "talk", "ticket", "mail") and draw < 0.12:
        parts.append(one(rng.choice([s for s in (name, "prompt-plain") if s in sections])))
        return filler.noise(*join(parts, rng.choice([" ", "\n"])))
    return filler.noise(*join(parts))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True, type=Path, help="directory for the two files")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same rows")
    parser.add_argument("--shared", default="../../../shared", help="the shared directory that holds data/pii")
    parser.add_argument("--train", type=int, default=12000, help="rows for fitting")
    parser.add_argument("--dev", type=int, default=800, help="rows for measuring")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for side, count in (("train", options.train), ("dev", options.dev)):
        rows = generate(count, side == "dev", options.seed, options.shared)
        path = options.out / f"pii_generated.{side}.jsonl"
        with path.open("w", encoding="utf-8") as stream:
            for row in rows:
                stream.write(json.dumps(row, ensure_ascii=False) + "\n")
        print(f"{path}: {len(rows)} rows, {sum(not row['spans'] for row in rows)} without spans")


if __name__ == "__main__":
    main()
