"""Augmented rows drawn ahead by several processes, for a processor that trains faster than one process can draw."""

import multiprocessing
import time
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from augment import Augmenter
from data import Row, share
from labels import HEADS
from sampling import Sampler
from tokens import IGNORE, WordPieces

TASKS = tuple(HEADS)
CHUNK = 1000
FOLDS = 4


@dataclass
class Pool:
    """Rows end to end: row i has the tokens from `starts[i]` to `starts[i + 1]`."""

    ids: np.ndarray
    """Token ids, int16: the vocabulary is smaller."""
    tags: np.ndarray
    """Tag indices of span rows, `IGNORE` elsewhere, int8."""
    starts: np.ndarray
    tasks: np.ndarray
    """Index in `TASKS`."""
    labels: np.ndarray
    """Class index, -1 for a span row."""
    folds: np.ndarray
    """Which of `FOLDS` parts the row's text belongs to, whatever became of it here."""

    def __len__(self) -> int:
        return len(self.tasks)

    def save(self, path: Path) -> None:
        np.savez(path, **{part.name: getattr(self, part.name) for part in fields(self)})

    @classmethod
    def load(cls, path: Path) -> "Pool":
        with np.load(path) as parts:
            return cls(**{part.name: parts[part.name] for part in fields(cls)})

    @classmethod
    def joined(cls, pools: list["Pool"]) -> "Pool":
        starts, end = [np.zeros(1, dtype=np.int64)], 0
        for pool in pools:
            starts.append(pool.starts[1:] + end)
            end += len(pool.ids)
        rest = {part.name: np.concatenate([getattr(pool, part.name) for pool in pools])
                for part in fields(cls) if part.name != "starts"}
        return cls(starts=np.concatenate(starts), **rest)


def pooled(drawn: list[tuple[Row, list[int], list[int] | None]]) -> Pool:
    lengths = [len(ids) for _, ids, _ in drawn]
    tags = [tag for _, ids, row_tags in drawn for tag in (row_tags or [IGNORE] * len(ids))]
    return Pool(
        ids=np.array([token for _, ids, _ in drawn for token in ids], dtype=np.int16),
        tags=np.array(tags, dtype=np.int8),
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        tasks=np.array([TASKS.index(row.task) for row, _, _ in drawn], dtype=np.uint8),
        labels=np.array([row.label for row, _, _ in drawn], dtype=np.int8),
        folds=np.array([int(share(row.text + "/fold") * FOLDS) for row, _, _ in drawn], dtype=np.uint8),
    )


def work(rows: list[Row], passages: list[str], base: Path, seed: int, seconds: float, count: int, path: Path) -> None:
    """Draws until `count` rows are there or the time is over."""
    sampler = Sampler(rows, Augmenter(passages, seed), WordPieces(base), 0, seed)
    end, parts = time.monotonic() + seconds, []
    while not parts or (time.monotonic() < end and len(parts) * CHUNK < count):
        parts.append(pooled(sampler.draw(CHUNK)))
    Pool.joined(parts).save(path)


def draw(rows: list[Row], passages: list[str], base: Path, seed: int, workers: int, seconds: float, count: int,
         directory: Path) -> Pool:
    """About `count` rows drawn by `workers` processes, fewer when `seconds` are over first."""
    directory.mkdir(parents=True, exist_ok=True)
    paths = [directory / f"pool-{number}.npz" for number in range(workers)]
    processes = multiprocessing.get_context("fork")
    running = [
        processes.Process(target=work, args=(rows, passages, base, seed * 1000 + number, seconds, -(-count // workers), path))
        for number, path in enumerate(paths)
    ]
    for process in running:
        process.start()
    for process in running:
        process.join()
        if process.exitcode:
            raise RuntimeError(f"drawing rows ended with {process.exitcode}")
    pool = Pool.joined([Pool.load(path) for path in paths])
    for path in paths:
        path.unlink()
    return pool
