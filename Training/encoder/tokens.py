"""WordPiece rows, windows and span tags."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from labels import ENTITIES, EXCHANGE_LIMITS, OVERLAP, TAGS, WINDOW

IGNORE = -100


@dataclass
class Pieces:
    """Token ids of a text without [CLS] and [SEP], with offsets in Unicode scalars, end exclusive."""

    ids: list[int]
    offsets: list[tuple[int, int]] = field(default_factory=list)


class WordPieces:
    """The base model's tokenizer."""

    def __init__(self, base: Path):
        self._tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.cls, self.sep, self.mask, self.unknown = (
            self._tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]", "[MASK]", "[UNK]")
        )
        self.size = self._tokenizer.get_vocab_size()

    def pieces(self, text: str) -> Pieces:
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        return Pieces(encoding.ids, encoding.offsets)

    def row(self, ids: list[int]) -> list[int]:
        return [self.cls, *ids, self.sep]

    def exchange(self, query: str, answer: str, text: str) -> list[int]:
        """[CLS] query [SEP] answer [SEP] follow-up [SEP], each part cut to its limit."""
        row = [self.cls]
        for part, limit in zip((query, answer, text), EXCHANGE_LIMITS):
            row += self.pieces(part).ids[:limit] + [self.sep]
        return row


def windows(count: int, window: int = WINDOW, overlap: int = OVERLAP) -> list[tuple[int, int]]:
    """Half-open ranges of tokens (without specials) that cover `count` tokens in overlapping windows."""
    room = window - 2
    if count <= room:
        return [(0, count)]
    step = room - overlap
    starts = list(range(0, count - room, step)) + [count - room]
    return [(start, start + room) for start in starts]


def tags(pieces: Pieces, spans: list[tuple[int, int, str]]) -> list[int]:
    """BIO tag index of every piece; where spans overlap the longer one wins."""
    result = [0] * len(pieces.ids)
    taken = [False] * len(pieces.ids)
    for start, end, label in sorted(spans, key=lambda span: span[0] - span[1]):
        if label not in ENTITIES:
            continue
        inside = [i for i, (a, b) in enumerate(pieces.offsets) if a < end and b > start]
        if not inside or any(taken[i] for i in inside):
            continue
        for position, i in enumerate(inside):
            result[i] = TAGS.index(("B-" if position == 0 else "I-") + label)
            taken[i] = True
    return result


def pad(rows: list[list[int]], value: int = 0, multiple: int = 1) -> torch.Tensor:
    """Rows as one matrix [rows, longest], filled up with `value`."""
    width = max(len(row) for row in rows)
    width = -(-width // multiple) * multiple
    matrix = np.full((len(rows), width), value, dtype=np.int64)
    for i, row in enumerate(rows):
        matrix[i, : len(row)] = row
    return torch.from_numpy(matrix)


def lengths_mask(rows: list[list[int]], width: int) -> torch.Tensor:
    """Boolean mask [rows, width], true where a row has a token."""
    lengths = torch.tensor([len(row) for row in rows])
    return torch.arange(width)[None, :] < lengths[:, None]
