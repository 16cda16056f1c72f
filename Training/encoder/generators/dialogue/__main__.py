"""Writes the training and development files of all dialogue tasks."""

import argparse
import json
import random
from collections import Counter
from pathlib import Path

from . import complexity, domain, fact_check, feedback, modality

TASKS = {
    "feedback": feedback,
    "modality": modality,
    "domain_chat": domain,
    "complexity": complexity,
    "fact_check_chat": fact_check,
}


def write(path: Path, rows: list[dict[str, str]], task: str, source: str) -> None:
    """Writes one row per line, with its task and source, and prints the counts by label."""
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row | {"task": task, "source": source}, ensure_ascii=False) + "\n")
    counts = Counter(row["label"] for row in rows)
    print(f"{path.name}: {len(rows)}  " + ", ".join(f"{label} {count}" for label, count in sorted(counts.items())))


def main() -> None:
    """Parses the command line and writes every file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="directory to write to; made when missing")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same files")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, module in TASKS.items():
        train, dev = module.build(random.Random(f"{name}/{arguments.seed}"))
        write(arguments.out / f"{name}.train.jsonl", train, module.TASK, f"martlet_{name}_grammar")
        write(arguments.out / f"{name}.dev.jsonl", dev, module.TASK, f"martlet_{name}_written")


if __name__ == "__main__":
    main()
