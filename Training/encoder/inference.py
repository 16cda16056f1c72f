"""Reads whole texts with a bundle: windows, batches, pooling."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

import export
from data import Row
from labels import ENTITIES, HEADS, TAGS
from model import Base, Branch
from tokens import WordPieces, lengths_mask, pad, tags, windows


@dataclass
class Reading:
    """Logits of one text: [windows, classes], or for span rows [tokens, tags] with the true tags."""

    logits: np.ndarray
    truth: np.ndarray | None = None


class Reader:
    """A branch on its base, ready to read."""

    def __init__(self, base: Base, branch: Branch, pieces: WordPieces, batch_tokens: int = 8192):
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.base, self.branch, self.pieces = base.to(self.device), branch.to(self.device).eval(), pieces
        self.batch_tokens = batch_tokens

    @classmethod
    def open(cls, bundle: Path, directory: Path) -> "Reader":
        """A bundle, with the base model in `directory`."""
        base = Base(directory)
        return cls(base, export.load(bundle, base)[0], WordPieces(directory))

    @torch.no_grad()
    def read(self, rows: list[Row]) -> list[Reading]:
        """Readings of rows of one task, in order."""
        if not rows:
            return []
        head = HEADS[rows[0].task]
        items, truths, places = [], [], []
        for number, row in enumerate(rows):
            if row.exchange is not None:
                items.append((number, self.pieces.exchange(*row.exchange, row.text)))
                places.append((0, 0))
                truths.append(None)
                continue
            pieces = self.pieces.pieces(row.text)
            truths.append(np.array(tags(pieces, row.spans)) if head.kind == "token" else None)
            for start, end in windows(len(pieces.ids)):
                items.append((number, self.pieces.row(pieces.ids[start:end])))
                places.append((start, end))
        order = sorted(range(len(items)), key=lambda i: len(items[i][1]))
        results: list[np.ndarray | None] = [None] * len(items)
        while order:
            group = [order.pop()]
            room = max(1, self.batch_tokens // len(items[group[0]][1]))
            while order and len(group) < room:
                group.append(order.pop())
            part = [items[i][1] for i in group]
            ids = pad(part).to(self.device)
            mask = lengths_mask(part, ids.shape[1]).to(self.device)
            hidden = self.branch(self.base(ids, mask, last=self.branch.shared), mask)
            logits = self.branch.heads[head.name](hidden, mask).cpu().numpy()
            for i, values in zip(group, logits):
                results[i] = values[1: len(items[i][1]) - 1] if head.kind == "token" else values
        by_row: list[list[int]] = [[] for _ in rows]
        for i, (number, _) in enumerate(items):
            by_row[number].append(i)
        readings = []
        for indices, truth in zip(by_row, truths):
            if head.kind == "token":
                readings.append(Reading(merge(results, indices, places, len(truth)), truth))
            else:
                readings.append(Reading(np.stack([results[i] for i in indices])))
        return readings


def merge(results, indices, places, count: int) -> np.ndarray:
    """Token logits of overlapping windows: where two read a token, the one that sees an entity more clearly."""
    merged = np.zeros((count, len(TAGS)), dtype=np.float32)
    merged[:, 0] = 1e4
    for i in indices:
        start, end = places[i]
        new, old = results[i], merged[start:end]
        better = (new[:, 1:].max(1) - new[:, 0]) > (old[:, 1:].max(1) - old[:, 0])
        merged[start:end] = np.where(better[:, None], new, old)
    return merged


def softmax(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    scaled = logits / temperature
    scaled = np.exp(scaled - scaled.max(-1, keepdims=True))
    return scaled / scaled.sum(-1, keepdims=True)


def probabilities(task: str, readings: list[Reading], temperature: float, offset: float = 0.0) -> np.ndarray:
    """Class probabilities [texts, classes] of a sequence head, windows pooled as the head asks.

    `offset` is added to the last class's logit before the temperature.
    """
    rows = []
    for reading in readings:
        logits = reading.logits.copy()
        logits[:, -1] += offset
        window = softmax(logits, temperature)
        if HEADS[task].window_pooling == "max":
            rows.append(window[window[:, -1].argmax()])
        else:
            rows.append(window.mean(0))
    return np.stack(rows)


def entity_types(indices: np.ndarray) -> np.ndarray:
    """Entity type of tag indices: 0 none, 1… as in `ENTITIES`."""
    return np.where(indices == 0, 0, (indices - 1) // 2 + 1)


def entity_counts(readings: list[Reading], kinds: tuple[str, ...] = ENTITIES) -> tuple[np.ndarray, ...]:
    """Right, predicted and wanted tokens of every text, then right, predicted and wanted spans."""
    wanted_types = [ENTITIES.index(kind) + 1 for kind in kinds]
    table = []
    for reading in readings:
        guess, truth = reading.logits.argmax(1), reading.truth
        g, t = entity_types(guess), entity_types(truth)
        g, t = np.where(np.isin(g, wanted_types), g, 0), np.where(np.isin(t, wanted_types), t, 0)
        a, b = spans(guess, g), spans(truth, t)
        table.append(((g == t)[t > 0].sum(), (g > 0).sum(), (t > 0).sum(), len(a & b), len(a), len(b)))
    return tuple(np.array(column) for column in zip(*table))


def spans(indices: np.ndarray, types: np.ndarray) -> set[tuple[int, int, int]]:
    """(start, end, type) of runs of one type; a B- tag starts a new run."""
    found, start = set(), None
    for i in range(len(types) + 1):
        here = types[i] if i < len(types) else 0
        begins = i < len(types) and here and indices[i] % 2 == 1
        if start is not None and (here != types[start] or begins):
            found.add((start, i, int(types[start])))
            start = None
        if start is None and here:
            start = i
    return found
