"""Temperatures, and the offset that puts the jailbreak threshold where it belongs."""

import numpy as np

from inference import Reading, probabilities, softmax
from labels import HEADS

TEMPERATURES = np.exp(np.linspace(np.log(0.5), np.log(4.0), 43))


def negative_log_likelihood(chances: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> float:
    picked = np.clip(chances[np.arange(len(truth)), truth], 1e-6, 1)
    return float(-(weights * np.log(picked)).sum() / weights.sum())


def temperature(task: str, readings: list[Reading], truth: np.ndarray, weights: np.ndarray) -> float:
    """The temperature with the smallest weighted negative log likelihood."""
    losses = [negative_log_likelihood(probabilities(task, readings, t), truth, weights) for t in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(losses))])


def token_temperature(readings: list[Reading]) -> float:
    """The same over tokens, every text weighing the same."""
    logits = np.concatenate([r.logits for r in readings])
    truth = np.concatenate([r.truth for r in readings])
    weights = np.concatenate([np.full(len(r.truth), 1 / max(1, len(r.truth))) for r in readings])
    losses = [negative_log_likelihood(softmax(logits, t), truth, weights) for t in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(losses))])


def margin(readings: list[Reading]) -> np.ndarray:
    """Largest logit of attack minus harmless over the windows of each text."""
    return np.array([(r.logits[:, 1] - r.logits[:, 0]).max() for r in readings])


def offset_for(benign: list[np.ndarray], share: float) -> float:
    """What to add to the attack logit so that `share` of the harmless rows pass 0.5, each set weighing the same."""
    values = np.concatenate(benign)
    weights = np.concatenate([np.full(len(part), 1 / len(part)) for part in benign])
    order = np.argsort(-values)
    passed = np.cumsum(weights[order]) / weights.sum()
    return -float(values[order][int(np.searchsorted(passed, share))])


def equal_weights(names: list[str]) -> np.ndarray:
    """A weight for each row such that all suites count the same."""
    labels, inverse, counts = np.unique(names, return_inverse=True, return_counts=True)
    return 1.0 / counts[inverse]


def sequence_tasks() -> list[str]:
    return [head.name for head in HEADS.values() if head.kind == "sequence"]
