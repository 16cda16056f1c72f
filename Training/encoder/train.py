"""Trains every head of the encoder in one run and writes the bundle.

    python Training/encoder/train.py --data ../shared/data --base DIR --out Models/encoder
"""

import argparse
import math
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import data
import export
from augment import Augmenter
from labels import HEADS
from model import Base, Branch
from sampling import Batch, Sampler
from tokens import IGNORE, WordPieces

SMOOTHING = {"domain": 0.08, "jailbreak": 0.03, "fact_check": 0.05, "user_feedback": 0.05, "modality": 0.05,
             "complexity": 0.05, "pii": 0.0}
LOSS_WEIGHT = {"pii": 1.5, "complexity": 0.6}
HARMLESS_WEIGHT = 0.3
LONGEST_STEP = 15.0
"""Seconds of a step that count at most, so that a paused process goes on where it was."""


def task_loss(task: str, logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Sum over rows; a span row counts as the mean over its tokens, marked ones twice."""
    if HEADS[task].kind == "sequence":
        return F.cross_entropy(logits, targets, label_smoothing=SMOOTHING[task], reduction="sum")
    loss = F.cross_entropy(logits.transpose(1, 2), targets, ignore_index=IGNORE, reduction="none")
    weight = (targets != IGNORE).float() * (1 + (targets > 0).float())
    return ((loss * weight).sum(1) / weight.sum(1).clamp(min=1)).sum()


def batch_loss(branch: Branch, hidden: torch.Tensor, batch: Batch) -> tuple[torch.Tensor, dict[str, tuple[torch.Tensor, int]]]:
    """Mean loss a row of the branch's hidden states, and (sum, rows) of each task for the log."""
    total, parts = hidden.new_zeros(()), {}
    for task, index in batch.rows.items():
        logits = branch.heads[task](hidden[index], batch.mask[index])
        loss = task_loss(task, logits, batch.targets[task])
        parts[task] = (loss.detach(), len(index))
        total = total + LOSS_WEIGHT.get(task, 1.0) * loss
    if len(batch.harmless):
        index = batch.harmless
        logits = branch.heads["jailbreak"](hidden[index], batch.mask[index])
        benign = torch.zeros(len(index), dtype=torch.long, device=logits.device)
        total = total + HARMLESS_WEIGHT * F.cross_entropy(logits, benign, label_smoothing=0.02, reduction="sum")
    return total / len(batch.mask), parts


def optimizer(branch: Branch, rate: float) -> torch.optim.AdamW:
    """Heads learn faster than layers that start from the base; no decay on biases and norms."""
    groups = {}
    for name, parameter in branch.named_parameters():
        fresh = name.startswith("heads.")
        decay = 0.01 if parameter.dim() > 1 else 0.0
        groups.setdefault((fresh, decay), []).append(parameter)
    return torch.optim.AdamW(
        [{"params": p, "lr": rate * (3 if fresh else 1), "weight_decay": decay, "scale": 3 if fresh else 1}
         for (fresh, decay), p in groups.items()], betas=(0.9, 0.98), fused=True,
    )


def fit(base: Base, branch: Branch, sampler: Sampler, tokens: int, rate: float, minutes: float, device: torch.device,
        log=print, half: bool = False) -> None:
    """Trains on `tokens` tokens; when `minutes` run out first, the rate falls to zero in time all the same.

    `half` multiplies in bf16; weights and their updates stay in f32.
    """
    branch.train()
    steps, last, spent, seen, sums = optimizer(branch, rate), time.monotonic(), 0.0, 0, {}
    for step, batch in enumerate(sampler.batches(), start=1):
        now = time.monotonic()
        spent, last = spent + min(now - last, LONGEST_STEP), now
        progress = max(seen / tokens, spent / 60 / minutes)
        if progress >= 1:
            break
        factor = min(1.0, progress / 0.05) * 0.5 * (1 + math.cos(math.pi * progress))
        for group in steps.param_groups:
            group["lr"] = rate * group["scale"] * factor
        batch = batch.to(device)
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=half):
            hidden = base(batch.ids, batch.mask, last=branch.shared)
            loss, parts = batch_loss(branch, branch(hidden, batch.mask), batch)
        steps.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(branch.parameters(), 1.0)
        steps.step()
        seen += batch.ids.numel()
        for task, (value, count) in parts.items():
            old = sums.get(task, (0.0, 0))
            sums[task] = (old[0] + value, old[1] + count)
        if step % 50 == 0:
            shown = " ".join(f"{task} {value / count:.3f}" for task, (value, count) in sums.items())
            log(f"step {step} {progress:.0%} {spent / 60:.1f} min: {shown}", flush=True)
            sums = {}
    branch.eval()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the shared data directory")
    parser.add_argument("--base", type=Path, required=True, help="directory of all-MiniLM-L6-v2")
    parser.add_argument("--out", type=Path, required=True, help="the bundle to write")
    parser.add_argument("--work", type=Path, default=Path(".martlet/training"), help="generated rows lie here")
    parser.add_argument("--shared-layers", type=int, default=4)
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--origin", type=int, default=None, help="base layer that the first tuned layer copies")
    parser.add_argument("--tokens", type=float, default=4e6, help="padded tokens to train on")
    parser.add_argument("--batch-tokens", type=int, default=2048)
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--minutes", type=float, default=1e9, help="finish within this time, pauses of the process not counted")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--half", action="store_true", help="multiply in bf16, for processors that have it")
    parser.add_argument("--seed", type=int, default=20261)
    parser.add_argument("--start", type=Path, help="a bundle to go on from instead of the base layers")
    parser.add_argument("--no-measure", action="store_true", help="write the bundle without calibrating and measuring")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    torch.set_num_threads(options.threads)
    for seed in (random.seed, np.random.seed, torch.manual_seed):
        seed(options.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    rows, passages = data.training(options.data, options.work, options.seed)
    train, _ = data.split(rows)
    base = Base(options.base)
    branch = Branch(base, options.shared_layers, options.layers, options.origin)
    if options.start:
        branch.load_state_dict(export.load(options.start, base)[0].state_dict())
    base.to(device)
    branch.to(device)
    sampler = Sampler(train, Augmenter(passages, options.seed), WordPieces(options.base), options.batch_tokens, options.seed)
    print("rows", {task: len(part) for task, part in sampler.rows.items()}, flush=True)
    fit(base, branch, sampler, int(options.tokens), options.rate, options.minutes, device, half=options.half)
    export.write(options.out, branch, export.Calibration())
    if not options.no_measure:
        import evaluate
        evaluate.run(options.out, options.data, options.base, options.work)


if __name__ == "__main__":
    main()
