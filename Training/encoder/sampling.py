"""Task-mixed batches of augmented rows."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import torch

from augment import Augmenter
from data import WHOLE_SOURCES, Row
from labels import HEADS
from tokens import IGNORE, WordPieces, lengths_mask, pad, tags

TASK_SHARE = {
    "domain": 0.24, "jailbreak": 0.32, "fact_check": 0.09, "user_feedback": 0.05, "modality": 0.04,
    "complexity": 0.05, "pii": 0.21,
}
SOURCE_FACTOR = {
    "harmful_requests": 0.5, "multilingual": 0.3, "metatool_need": 0.5, "jailbreakchat": 3.0, "giskard": 2.0,
    "presidio_generated": 1.5, "presidio_synth": 1.5, "joined:user_feedback": 0.4,
}
"""Multiplies the weight of a source within its class."""

LENGTH = {"domain": 96, "jailbreak": 128, "fact_check": 64, "modality": 64, "complexity": 72, "pii": 96}
LONG_LENGTH = 200
LONG_SHARE = 0.08


@dataclass
class Batch:
    """Padded token ids with the rows of each task and their targets."""

    ids: torch.Tensor
    mask: torch.Tensor
    rows: dict[str, torch.Tensor]
    targets: dict[str, torch.Tensor]
    harmless: torch.Tensor
    """Rows of other tasks that the jailbreak head should call benign."""

    def to(self, device: torch.device) -> "Batch":
        move = lambda table: {name: tensor.to(device) for name, tensor in table.items()}
        return Batch(self.ids.to(device), self.mask.to(device), move(self.rows), move(self.targets),
                     self.harmless.to(device))


def row_weights(rows: list[Row]) -> np.ndarray:
    """Sampling weights: classes at the square root of their size (jailbreak: equal), sources likewise inside a class."""
    classes = Counter(row.label for row in rows)
    sources = Counter((row.label, row.source) for row in rows)
    damped = {key: count ** 0.6 * SOURCE_FACTOR.get(key[1], 1.0) for key, count in sources.items()}
    total = Counter()
    for (label, _), value in damped.items():
        total[label] += value
    power = 0.0 if rows[0].task in ("jailbreak", "user_feedback", "modality") else 0.5
    weights = np.array([
        classes[r.label] ** power * damped[(r.label, r.source)] / total[r.label] / sources[(r.label, r.source)]
        for r in rows
    ])
    return weights / weights.sum()


class Sampler:
    """Draws batches without end. All randomness comes from `seed`."""

    def __init__(self, rows: list[Row], augmenter: Augmenter, pieces: WordPieces, tokens: int, seed: int):
        self.augmenter, self.pieces, self.tokens = augmenter, pieces, tokens
        self.random = np.random.default_rng(seed)
        self.rows = {task: [r for r in rows if r.task == task] for task in HEADS}
        self.rows = {task: part for task, part in self.rows.items() if part}
        self.weights = {task: row_weights(part) for task, part in self.rows.items()}
        self.tasks = list(self.rows)
        share = np.array([TASK_SHARE[task] for task in self.tasks])
        self.share = share / share.sum()

    def encode(self, row: Row) -> tuple[list[int], list[int] | None]:
        """Token ids of an augmented row, cut to a window, some tokens masked; and tags of a span row."""
        row = self.augmenter(row)
        if row.exchange is not None:
            return self.noise(self.pieces.exchange(*row.exchange, row.text)), None
        pieces = self.pieces.pieces(row.text)
        whole = row.source.startswith(WHOLE_SOURCES)
        limit = (LONG_LENGTH if whole or self.random.random() < LONG_SHARE else LENGTH[row.task]) - 2
        start = 0
        if len(pieces.ids) > limit and row.task == "jailbreak":
            if self.random.random() < 0.5:
                start = int(self.random.integers(0, max(1, len(pieces.ids) - limit + 1)))
        elif len(pieces.ids) > limit and self.random.random() < 0.3:
            start = int(self.random.integers(0, len(pieces.ids) - limit + 1))
        ids = self.noise(self.pieces.row(pieces.ids[start: start + limit]))
        if row.task != "pii":
            return ids, None
        return ids, [IGNORE, *tags(pieces, row.spans)[start: start + limit], IGNORE]

    def noise(self, ids: list[int]) -> list[int]:
        """Hides a few tokens in a third of the rows."""
        if self.random.random() > 0.33:
            return ids
        hidden = self.random.random(len(ids)) < self.random.uniform(0.02, 0.12)
        special = (self.pieces.cls, self.pieces.sep)
        return [self.pieces.mask if hide and i not in special else i for i, hide in zip(ids, hidden)]

    def draw(self, count: int) -> list[tuple[Row, list[int], list[int] | None]]:
        """`count` rows, each altered anew: the row it came from, token ids, tags of a span row."""
        drawn = []
        for task, part in zip(self.tasks, self.random.multinomial(count, self.share)):
            for index in self.random.choice(len(self.rows[task]), part, p=self.weights[task]):
                row = self.rows[task][index]
                drawn.append((row, *self.encode(row)))
        return drawn

    def batches(self, pool: int = 1536):
        """Batches of about `tokens` tokens and similar length, in random order."""
        while True:
            drawn = self.draw(pool)
            drawn.sort(key=lambda item: len(item[1]) + self.random.uniform(0, 6))
            groups, group = [], []
            for item in drawn:
                if group and (len(group) + 1) * max(len(item[1]), len(group[-1][1])) > self.tokens:
                    groups.append(group)
                    group = []
                group.append(item)
            groups.append(group)
            self.random.shuffle(groups)
            for group in groups:
                yield collate(group)


def collate(group: list[tuple[Row, list[int], list[int] | None]]) -> Batch:
    ids = pad([item[1] for item in group])
    width = ids.shape[1]
    rows, targets = {}, {}
    for task, head in HEADS.items():
        index = [i for i, item in enumerate(group) if item[0].task == task]
        if not index:
            continue
        rows[task] = torch.tensor(index)
        if head.kind == "token":
            targets[task] = torch.tensor([group[i][2] + [IGNORE] * (width - len(group[i][2])) for i in index])
        else:
            targets[task] = torch.tensor([group[i][0].label for i in index])
    harmless = [i for i, item in enumerate(group) if item[0].task in ("domain", "fact_check", "complexity", "modality", "pii")]
    return Batch(ids, lengths_mask([item[1] for item in group], width), rows, targets, torch.tensor(harmless, dtype=torch.long))
