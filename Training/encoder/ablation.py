"""How many layers to share and to tune: short equal runs, one line each.

    python Training/encoder/ablation.py --data ../shared/data --base DIR --tokens 4e5
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

import data
import export
import inference
import scores
from augment import Augmenter
from model import Base, Branch
from sampling import Sampler
from tokens import WordPieces
from train import fit

PLANS = ((4, 2, 4), (3, 3, 3), (5, 1, 5), (3, 2, 3), (3, 2, 4), (2, 2, 2), (2, 4, 2), (4, 1, 4))
"""(shared layers, tuned layers, base layer the first tuned one copies)."""


def measure(bundle: Path, base: Path, shared: Path) -> dict[str, float]:
    """Four quick figures, one for each kind of head."""
    reader = inference.Reader.open(bundle, base)
    table = {}
    for name, task, path in (("domain accuracy", "domain", "domain/mmlu_pro.dev.jsonl"),
                             ("fact-check accuracy", "fact_check", "fact_check/fact_check_mix.dev.jsonl"),
                             ("jailbreak AUC", "jailbreak", "jailbreak/sentinel_mix.dev.jsonl")):
        rows = [data.parse(raw, task, "") for raw in data.read(shared / path)]
        chances = inference.probabilities(task, reader.read(rows), 1.0)
        truth = np.array([row.label for row in rows])
        table[name] = scores.auc(chances[:, 1], truth) if task == "jailbreak" else float(np.mean(chances.argmax(1) == truth))
    rows = [data.parse(raw, "pii", "") for raw in data.read(shared / "pii/conll2003.dev.jsonl")[::4]]
    counts = inference.entity_counts(reader.read(rows), ("PERSON", "LOCATION", "ORGANIZATION"))
    table["news entity F1"] = scores.f1_of_counts(*counts[:3])
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path(".martlet/training"))
    parser.add_argument("--tokens", type=float, default=4e5)
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--half", action="store_true", help="multiply in bf16, for processors that have it")
    options = parser.parse_args()
    torch.set_num_threads(1)
    rows, passages = data.training(options.data, options.work, options.seed)
    train, _ = data.split(rows)
    base, device = Base(options.base), torch.device("cpu")
    for shared, count, origin in PLANS:
        torch.manual_seed(options.seed)
        branch = Branch(base, shared, count, origin)
        sampler = Sampler(train, Augmenter(passages, options.seed), WordPieces(options.base), 2048, options.seed)
        started = time.monotonic()
        fit(base, branch, sampler, int(options.tokens), options.rate, 1e9, device, log=lambda *a, **k: None,
            half=options.half)
        spent = time.monotonic() - started
        with tempfile.TemporaryDirectory() as folder:
            export.write(Path(folder), branch, export.Calibration())
            table = measure(Path(folder), options.base, options.data)
        shown = " | ".join(f"{value:.3f}" for value in table.values())
        print(f"| {shared} | {count} | {origin} | {(6 + count) / 6:.2f} | {shown} | {spent:.0f} s |", flush=True)


if __name__ == "__main__":
    main()
