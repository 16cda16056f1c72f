"""What each measuring set is made of. Nothing here is trained on."""

import random
from dataclasses import dataclass, replace
from pathlib import Path

import data
from data import Row
from labels import HEADS

HARMLESS_WORDS = (
    "garden", "window", "yellow", "coffee", "morning", "table", "river", "gentle", "paper", "music", "winter",
    "bread", "quiet", "travel", "cotton", "letter", "summer", "bicycle", "kitchen", "cloud", "forest", "museum",
    "orange", "planet", "ribbon", "simple", "soup", "station", "story", "weather",
)


@dataclass
class Suite:
    """Rows of one task under one name; `calibrates` says that half of them may set the temperature."""

    name: str
    task: str
    rows: list[Row]
    calibrates: bool = True


def plain(row: Row) -> Row:
    """Lower case without punctuation."""
    return replace(row, text="".join(c for c in row.text.lower() if c.isalnum() or c.isspace()))


def appended(row: Row, words: random.Random) -> Row:
    """Ten harmless words at the end."""
    return replace(row, text=row.text + " " + " ".join(words.choice(HARMLESS_WORDS) for _ in range(10)))


def with_options(row: Row) -> Row:
    return replace(row, text=row.text + "\n" + "\n".join(f"{chr(65 + i)}. {o}" for i, o in enumerate(row.options)))


def load(shared: Path, work: Path, limit: int = 600) -> list[Suite]:
    """Every suite. The domain and fact-check sets are whole, others are thinned to `limit` rows by their hash."""

    def rows(path: str, task: str, most: int = limit, label: str | None = None) -> list[Row]:
        kept = sorted(data.read(shared / path), key=lambda r: data.share(r["text"]))[:most]
        return [data.parse(r | ({"label": label} if label else {}), task, r.get("source") or "") for r in kept]

    whole, some = limit * 4, limit // 2
    pro = rows("domain/mmlu_pro.dev.jsonl", "domain", whole)
    mix = rows("fact_check/fact_check_mix.dev.jsonl", "fact_check", whole)
    injections = data.unseen_injections(data.read(shared / "jailbreak/bipia_indirect.train.jsonl.gz"))
    suites = [
        Suite("mmlu_pro.dev", "domain", pro),
        Suite("mmlu_extra.dev", "domain", rows("domain/mmlu_extra.dev.jsonl", "domain", whole)),
        Suite("mmlu_pro.dev, lower case without punctuation", "domain", [plain(r) for r in pro[:some]], False),
        Suite("mmlu_pro.dev, with options", "domain", [with_options(r) for r in pro[:some]], False),
        Suite("fact_check_mix.dev", "fact_check", mix),
        Suite("fact_check_mix.dev, lower case without punctuation", "fact_check", [plain(r) for r in mix[:some]], False),
        Suite("mmlu_pro_difficulty.dev", "complexity", rows("complexity/mmlu_pro_difficulty.dev.jsonl", "complexity", some)),
        Suite("sentinel_mix.dev", "jailbreak", rows("jailbreak/sentinel_mix.dev.jsonl", "jailbreak", whole)),
        Suite("sentinel_mix.train (not trained on)", "jailbreak",
              rows("jailbreak/sentinel_mix.train.jsonl.gz", "jailbreak"), False),
        Suite("in-the-wild jailbreaks", "jailbreak",
              rows("jailbreak/inthewild_jailbreaks.train.jsonl.gz", "jailbreak", some), False),
        Suite("piguard_valid.dev", "jailbreak", rows("jailbreak/piguard_valid.dev.jsonl", "jailbreak")),
        Suite("assistant prompts", "jailbreak", rows("jailbreak/benign_prompts.train.jsonl", "jailbreak", 2 * limit), False),
        Suite("indirect injections, unseen instructions", "jailbreak", injections[:limit], False),
        Suite("news names, conll2003.dev", "pii", rows("pii/conll2003.dev.jsonl", "pii", 2 * limit), False),
    ]
    for stem, part in data.generated(work / "generated", ".dev.jsonl").items():
        for task in sorted({row.task for row in part}):
            chosen = [row for row in part if row.task == task]
            suites.append(Suite(f"generated: {stem}", task, sorted(chosen, key=lambda r: data.share(r.text))[:whole]))
    _, held = data.split(data.training(shared, work, 0)[0])
    for task in HEADS:
        chosen = sorted((r for r in held if r.task == task and r.source != "bipia_attack"), key=lambda r: data.share(r.text))
        if chosen:
            suites.append(Suite("held-out rows of the training files", task, chosen[:some]))
    return suites
