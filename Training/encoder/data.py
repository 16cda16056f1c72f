"""Training and measuring rows of every task, from the shared data and the generators."""

import gzip
import hashlib
import json
import random
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from labels import ENTITY_SYNONYMS, HEADS, label_index

GENERATORS = ("jailbreak", "injection", "dialogue", "pii", "identity")
HERE = Path(__file__).resolve().parent

WHOLE_SOURCES = ("bipia_attack", "injection:order", "injection:note")
"""Beginnings of sources whose rows are judged by a sentence anywhere in them, so that they are not cut short."""

EXCLUDED_SOURCES = ("alpaca_creative_weak", "alpaca_factual_weak", "nisq_deliberative", "nisq_rhetorical")
"""Rows of `fact_check_mix` whose licence allows measuring only."""


@dataclass
class Row:
    """One example. `label` is a class index, or -1 for a span row."""

    task: str
    text: str
    source: str
    label: int = -1
    spans: list[tuple[int, int, str]] = field(default_factory=list)
    exchange: tuple[str, str] | None = None
    options: list[str] = field(default_factory=list)


def read(path: Path) -> list[dict]:
    """JSON objects of a file, one a line; gzip by suffix."""
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    with opened as lines:
        return [json.loads(line) for line in lines if line.strip()]


def share(text: str) -> float:
    """A number in [0, 1) that depends on the text alone: splits that no order of files can change."""
    digest = hashlib.sha256(" ".join(text.lower().split()).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def english(text: str) -> bool:
    """Rough: letters are nearly all ASCII."""
    if text.isascii():
        return True
    letters = [c for c in text if c.isalpha()]
    return not letters or sum(c.isascii() for c in letters) >= 0.9 * len(letters)


def generate(directory: Path, seed: int) -> None:
    """Runs every generator that is there and has not written yet. What is held out depends on no seed."""
    for name in GENERATORS:
        target = directory / name
        module = HERE / "generators" / name
        if not (module.with_suffix(".py").exists() or module.is_dir()) or any(target.glob("*.jsonl")):
            continue
        target.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [sys.executable, "-m", f"generators.{name}", "--out", str(target), "--seed", str(seed)],
            cwd=HERE, check=True,
        )


def parse(row: dict, task: str, source: str) -> Row:
    """A row of a data file or a generator."""
    if task == "pii":
        spans = [
            (span["start"], span["end"], ENTITY_SYNONYMS.get(span["label"], span["label"]))
            for span in row["spans"]
        ]
        return Row(task, row["text"], source, spans=spans)
    exchange = (row.get("query") or "", row.get("answer") or "") if HEADS[task].exchange else None
    return Row(task, row["text"], source, label_index(task, row["label"]), exchange=exchange,
               options=row.get("options") or [])


def generated(directory: Path, suffix: str) -> dict[str, list[Row]]:
    """Rows that the generators wrote, by file stem."""
    files = {}
    for path in sorted(directory.glob(f"*/*{suffix}")):
        rows = [parse(r, r["task"], f"{path.parent.name}:{r.get('source', '')}") for r in read(path)]
        files[path.name.removesuffix(suffix)] = rows
    return files


PRIVACY = {
    "prompt_injection": "jailbreak", "jailbreak_role": "jailbreak", "system_prompt_extraction": "jailbreak",
    "generic_coding": "benign", "simple_task": "benign", "general_knowledge": "benign",
    "architecture_analysis": "benign", "root_cause_analysis": "benign", "proprietary_code": "benign",
    "business_strategy": "benign", "multi_step_tradeoffs": "benign",
}


def shared_training(data: Path) -> list[Row]:
    """Every row of the shared data that may be trained on."""
    rows = []

    def take(path: str, task: str, source: str, keep=lambda row: True, label=None):
        for raw in read(data / path):
            if keep(raw) and english(raw["text"]):
                name = f"{source}:{raw['source']}" if source == "fact_check_mix" else source
                rows.append(parse(raw | ({"label": label(raw)} if label else {}), task, name))

    take("domain/mmlu_pro.train.jsonl.gz", "domain", "mmlu_pro")
    take("domain/mmlu_extra.train.jsonl.gz", "domain", "mmlu_extra")
    take("domain/upstream_kb_mmlu.train.jsonl", "domain", "kb_mmlu")
    take("jailbreak/giskard_injections.train.jsonl", "jailbreak", "giskard")
    take("jailbreak/jailbreakchat_templates.train.jsonl", "jailbreak", "jailbreakchat")
    take("jailbreak/roleplay_prompts.train.jsonl.gz", "jailbreak", "roleplay")
    take("jailbreak/harmful_requests.train.jsonl", "jailbreak", "harmful_requests")
    take("jailbreak/upstream_multilingual_demo.train.jsonl", "jailbreak", "multilingual")
    take("pii/upstream_kb_privacy.train.jsonl", "jailbreak", "kb_privacy",
         keep=lambda r: r["label"] in PRIVACY, label=lambda r: PRIVACY[r["label"]])
    take("tools/metatool_need.train.jsonl", "jailbreak", "metatool_need", label=lambda r: "benign",
         keep=lambda r: "text" in r)
    rows += indirect_injections(read(data / "jailbreak/bipia_indirect.train.jsonl.gz"))
    take("fact_check/fact_check_mix.train.jsonl.gz", "fact_check", "fact_check_mix",
         keep=lambda r: r["source"] not in EXCLUDED_SOURCES)
    take("modality/awesome_prompts.train.jsonl", "modality", "awesome_prompts")
    take("complexity/llmrouter_difficulty.train.jsonl.gz", "complexity", "llmrouter")
    take("complexity/mmlu_pro_difficulty.train.jsonl.gz", "complexity", "mmlu_pro_difficulty")
    take("pii/presidio_generated.train.jsonl", "pii", "presidio_generated")
    take("pii/presidio_synth_v2.train.jsonl", "pii", "presidio_synth")
    return rows


AIMED = re.compile(r"\b(your|reply|response|answer|users?|code (snippet|block|section|excerpt))\b|https?:|www\.", re.I)
UNSEEN_INSTRUCTIONS = 0.2


def recovered_attacks(raw: list[dict]) -> list[tuple[str, str]]:
    """BIPIA rows with an attack: (text, instruction), the instruction found by taking a known context away."""
    contexts = [r["text"] for r in raw if r["label"] == "benign"]
    found = []
    for row in raw:
        if row["label"] == "benign":
            continue
        text = row["text"]
        for context in contexts:
            extra = len(text) - len(context)
            if not 0 < extra < 400 or (text[:40] != context[:40] and text[-40:] != context[-40:]):
                continue
            prefix = next((i for i, (a, b) in enumerate(zip(text, context)) if a != b), len(context))
            if text[prefix + extra:] == context[prefix:]:
                found.append((text, text[prefix: prefix + extra].strip()))
                break
    return found


def indirect_injections(raw: list[dict]) -> list[Row]:
    """BIPIA: the untouched contexts as benign rows, and four fifths of the attack instructions.

    An attack row's text is the instruction alone (`source` "bipia_attack"), which becomes an attack only inside
    a context, where augmentation puts it. Plain requests that do not speak about the answer, its readers or
    their code are left out: nothing tells them from the user's own.
    """
    rows = [Row("jailbreak", r["text"], "bipia_context", 0) for r in raw if r["label"] == "benign"]
    attacks = {attack for _, attack in recovered_attacks(raw)}
    return rows + [
        Row("jailbreak", attack, "bipia_attack", 1) for attack in sorted(attacks)
        if AIMED.search(attack) and share(attack) >= UNSEEN_INSTRUCTIONS
    ]


def unseen_injections(raw: list[dict]) -> list[Row]:
    """Whole BIPIA texts whose instruction is not among those of `indirect_injections`."""
    return [
        Row("jailbreak", text, "bipia", 1) for text, attack in recovered_attacks(raw)
        if AIMED.search(attack) and share(attack) < UNSEEN_INSTRUCTIONS
    ]


def benign_passages(data: Path, rows: list[Row]) -> list[str]:
    """Harmless texts to append, prepend or wrap around other texts."""
    texts = [r.text for r in rows if r.task in ("domain", "fact_check", "complexity") and len(r.text) > 20]
    texts += [r.text for r in rows if r.task == "jailbreak" and r.label == 0 and r.source != "harmful_requests"]
    for raw in read(data / "tools/metatool_single.train.jsonl.gz")[::4]:
        texts.append(raw["query"])
    for raw in read(data / "hallucination/begin_wow.train.jsonl.gz")[::3]:
        texts += [raw["context"], raw["answer"]]
    for raw in read(data / "hallucination/haluquestqa_factuality.train.jsonl.gz")[::2]:
        texts.append(raw["answer"])
    return [text for text in texts if isinstance(text, str) and 15 < len(text) < 2500 and english(text)]


def split(rows: list[Row], held_out: float = 0.03) -> tuple[list[Row], list[Row]]:
    """Rows to train on, and a held-out part chosen by the text's own hash."""
    train, held = [], []
    for row in rows:
        (held if share(row.text) < held_out else train).append(row)
    return train, held


JOINED = {"user_feedback": (1200, {"need_clarification", "want_different"}), "modality": (500, {"DIFFUSION", "BOTH"}),
          "complexity": (800, {"hard"})}
"""Rows of other tasks that need no check, by task: how many, and of which labels."""
FOLLOW_UPS = 1200


def joined(rows: list[Row], seed: int) -> list[Row]:
    """Rows of one task as examples of another.

    The fact-check head's own rows are questions and tasks that stand alone; follow-ups ("explain that more clearly"),
    wishes for pictures and tasks of reasoning or design are none of them, and need no check. Follow-ups have no domain
    of their own either. Difficulty of exam questions says nothing about their need of a check.
    """
    chosen = random.Random(seed)

    def some(task: str, count: int, labels: set[str]) -> list[str]:
        wanted = {label_index(task, label) for label in labels}
        texts = sorted({
            row.text for row in rows
            if row.task == task and row.label in wanted and "mmlu" not in row.source and "llmrouter" not in row.source
        })
        return chosen.sample(texts, min(count, len(texts)))

    unchecked, other = label_index("fact_check", "NO_FACT_CHECK_NEEDED"), label_index("domain", "other")
    result = [Row("fact_check", text, f"joined:{task}", unchecked)
              for task, (count, labels) in JOINED.items() for text in some(task, count, labels)]
    return result + [Row("domain", text, "joined:user_feedback", other)
                     for text in some("user_feedback", FOLLOW_UPS, set(HEADS["user_feedback"].labels))]


def training(data: Path, work: Path, seed: int, rounds: int = 1) -> tuple[list[Row], list[str]]:
    """All training rows and the harmless passages; texts that occur in a generator's hold-out are left out.

    Each further round of the generators, with another seed, adds what it did not write before.
    """
    rows, seen = shared_training(data), set()
    for number in range(rounds):
        directory = work / ("generated" if number == 0 else f"generated-{number + 1}")
        generate(directory, seed + number)
        for part in generated(directory, ".train.jsonl").values():
            fresh = [row for row in part if (row.task, row.text, row.exchange) not in seen]
            seen.update((row.task, row.text, row.exchange) for row in fresh)
            rows += fresh
    rows += joined(rows, seed)
    measured = {
        " ".join(r.text.lower().split())
        for part in generated(work / "generated", ".dev.jsonl").values() for r in part
    }
    rows = [r for r in rows if r.text.strip() and " ".join(r.text.lower().split()) not in measured]
    return rows, benign_passages(data, rows)
