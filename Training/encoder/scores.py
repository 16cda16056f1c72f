"""Metrics with 95 % intervals."""

from dataclasses import dataclass

import numpy as np

Z = 1.959964


@dataclass(frozen=True)
class Score:
    """A measured value with its 95 % interval and the number of rows behind it."""

    value: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def rate(hits: np.ndarray) -> Score:
    """Share of true values, Wilson interval."""
    n = len(hits)
    if n == 0:
        return Score(float("nan"), 0.0, 1.0, 0)
    p = float(np.mean(hits))
    middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    spread = Z / (1 + Z * Z / n) * np.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return Score(p, float(max(0.0, middle - spread)), float(min(1.0, middle + spread)), n)


def bootstrap(measure, *columns: np.ndarray, draws: int = 300, seed: int = 7) -> Score:
    """Percentile interval of `measure(*columns)` over rows drawn with replacement."""
    random = np.random.default_rng(seed)
    count = len(columns[0])
    values = []
    for _ in range(draws):
        index = random.integers(0, count, count)
        values.append(measure(*(column[index] for column in columns)))
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return Score(float(measure(*columns)), float(low), float(high), count)


def auc(scores: np.ndarray, truth: np.ndarray) -> float:
    """Area under the ROC curve from ranks, ties at their mean rank."""
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    positive = truth.astype(bool)
    n, m = positive.sum(), (~positive).sum()
    return float((ranks[positive].sum() - n * (n + 1) / 2) / (n * m)) if n and m else float("nan")


def threshold_at(benign: np.ndarray, share: float = 0.01) -> float:
    """Smallest score that at most `share` of the harmless rows exceed."""
    ordered = np.sort(benign)[::-1]
    return float(ordered[min(int(share * len(ordered)), len(ordered) - 1)])


def macro_f1(predicted: np.ndarray, truth: np.ndarray) -> float:
    values = []
    for label in np.unique(truth):
        hits = np.sum((predicted == label) & (truth == label))
        values.append(2 * hits / max(1, np.sum(predicted == label) + np.sum(truth == label)))
    return float(np.mean(values))


def f1_of_counts(right: np.ndarray, predicted: np.ndarray, wanted: np.ndarray) -> float:
    """F1 from counts per text: right, predicted and wanted items."""
    return float(2 * right.sum() / max(1, predicted.sum() + wanted.sum()))


def calibration_error(probabilities: np.ndarray, truth: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error of the top label, bins of equal width."""
    confidence, hit = probabilities.max(1), probabilities.argmax(1) == truth
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    return float(sum(
        np.mean(place == b) * abs(confidence[place == b].mean() - hit[place == b].mean())
        for b in range(bins) if np.any(place == b)
    ))
