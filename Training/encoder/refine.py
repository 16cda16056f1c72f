"""Refines the fact-check head on the finished branch: the tuned layers stay as they are.

    python Training/encoder/refine.py --bundle Models/encoder --data ../shared/data --base DIR

Its training rows are questions and tasks that stand alone; follow-ups ("explain that more clearly"), wishes for
pictures and tasks of reasoning or design are none of them, and the head was sure of nonsense there. They join as texts
that need no check.
"""

import argparse
import random
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

import data
import export
from data import Row
from inference import Reader
from tokens import lengths_mask, pad

HEAD = "fact_check"
TASK_ROWS = 6000


def rows_for(data_directory: Path, work: Path, seed: int) -> list[Row]:
    """Some of the head's own rows, and all that other tasks lend it."""
    rows, _ = data.training(data_directory, work, seed)
    own = [row for row in rows if row.task == HEAD]
    lent = [row for row in own if row.source.startswith("joined:")]
    own = [row for row in own if not row.source.startswith("joined:")]
    return random.Random(seed).sample(own, min(TASK_ROWS, len(own))) + lent


@torch.no_grad()
def pooled(reader: Reader, rows: list[Row]) -> torch.Tensor:
    """The head's pooled vectors, cut to one window of 96 tokens: [rows, width]."""
    head = reader.branch.heads[HEAD]
    order = sorted(range(len(rows)), key=lambda i: len(rows[i].text))
    result: list[torch.Tensor | None] = [None] * len(rows)
    for start in range(0, len(order), 64):
        group = order[start:start + 64]
        items = [reader.pieces.row(reader.pieces.pieces(rows[i].text).ids[:94]) for i in group]
        ids = pad(items).to(reader.device)
        mask = lengths_mask(items, ids.shape[1]).to(reader.device)
        hidden = reader.branch(reader.base(ids, mask, 0, reader.branch.shared), mask)
        scores = head.attention(hidden).squeeze(-1).masked_fill(~mask, float("-inf"))
        vectors = (scores.softmax(-1)[:, :, None] * hidden).sum(1).cpu()
        for i, vector in zip(group, vectors):
            result[i] = vector
    return torch.stack(result)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path(".martlet/training"))
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=20261)
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)

    reader = Reader.open(arguments.bundle, arguments.base)
    rows = rows_for(arguments.data, arguments.work, arguments.seed)
    inputs = pooled(reader, rows)
    labels = torch.tensor([row.label for row in rows])
    order = np.random.default_rng(arguments.seed).permutation(len(rows))
    held, train = order[: len(rows) // 10], order[len(rows) // 10:]
    head = reader.branch.heads[HEAD].cpu().train()
    optimizer = torch.optim.AdamW([*head.dense.parameters(), *head.classifier.parameters()], lr=1e-3, weight_decay=0.05)

    def logits(vectors: torch.Tensor) -> torch.Tensor:
        return head.classifier(F.gelu(head.dense(F.dropout(vectors, 0.1, head.training))))

    for epoch in range(arguments.epochs):
        head.train()
        for group in torch.randperm(len(train)).split(128):
            chosen = train[group.numpy()]
            loss = F.cross_entropy(logits(inputs[chosen]), labels[chosen], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        head.eval()
        with torch.no_grad():
            right = (logits(inputs[held]).argmax(-1) == labels[held]).float().mean().item()
        print(f"epoch {epoch}: held-out accuracy {right:.3f}", flush=True)

    path = arguments.bundle / export.WEIGHTS
    tensors = load_file(str(path))
    for part in ("dense", "classifier"):
        for kind in ("weight", "bias"):
            tensors[f"heads.{HEAD}.{part}.{kind}"] = getattr(getattr(head, part), kind).detach().half().contiguous()
    save_file(tensors, str(path), metadata={"format": "pt"})


if __name__ == "__main__":
    main()
