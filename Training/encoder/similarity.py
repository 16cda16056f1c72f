"""Fits `similarity.json`: the rising map from the encoder's cosine to the scale on which policies state thresholds.

Thresholds in published policies were set for an encoder whose cosines lie higher than those of all-MiniLM-L6-v2. The
map goes through anchors, each a percentile of the scores of a kind of pair; no labelled probe is read:

* unrelated prompts (MMLU-Pro train questions and the domain generator's seeds, paired at random), at the floor of
  soft matches, 0.50;
* an example of one embedding rule of a published policy against the examples of another rule of it, at the lowest
  published threshold, 0.72;
* equivalent sentences (STS-B train, scored 4 or more of 5), at thresholds from 0.775 to 0.93.

The percentiles are choices, not findings. Those in `ANCHORS` were picked to come near a map that had been set by hand
with scores of the agent and balance probes in view; pass rates on these probes are therefore no independent evidence
for the map. `--compare` prints how far the result lies from another map.
"""

import argparse
import json
import random
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from data import english, read
from model import Base
from tokens import WordPieces, lengths_mask, pad

BEST_WEIGHT, TOP = 0.75, 2
"""How the router scores a text against a rule: 0.75 of the best similarity and 0.25 of the mean of the best two."""
LOW = ((-0.2, 0.10), (0.0, 0.26))
"""Where no pair of interest lies: opposite and orthogonal vectors."""
PERCENTILES = (1, 5, 10, 25, 50, 75, 90, 95, 98, 99, 99.9)
POLICY_RANGE = (0.50, 0.86)


@dataclass(frozen=True)
class Anchor:
    kind: str
    percentile: float
    output: float


ANCHORS = (
    Anchor("unrelated", 98.0, 0.50),
    Anchor("other rule", 99.5, 0.72),
    Anchor("equivalent", 1.0, 0.775),
    Anchor("equivalent", 7.5, 0.82),
    Anchor("equivalent", 25.0, 0.86),
    Anchor("equivalent", 60.0, 0.93),
)


class Embedder:
    """Mean-pooled unit vectors of the base model, as the router computes them for texts of one window."""

    def __init__(self, base: Path):
        self.base = Base(base)
        self.pieces = WordPieces(base)
        self.known: dict[str, np.ndarray] = {}

    @torch.no_grad()
    def __call__(self, texts: list[str]) -> np.ndarray:
        rows = {text: self.pieces.row(self.pieces.pieces(text).ids[:254])
                for text in dict.fromkeys(texts) if text not in self.known}
        order = sorted(rows, key=lambda text: len(rows[text]))
        for start in range(0, len(order), 32):
            part = [rows[text] for text in order[start:start + 32]]
            ids = pad(part)
            mask = lengths_mask(part, ids.shape[1])
            hidden = self.base(ids, mask, last=len(self.base.layers))
            weights = mask.float()[:, :, None]
            vectors = torch.nn.functional.normalize((hidden * weights).sum(1) / weights.sum(1), dim=-1).numpy()
            self.known.update(zip(order[start:start + 32], vectors))
        return np.stack([self.known[text] for text in texts])


def prompts(data: Path, count: int, draw: random.Random) -> list[str]:
    """Half exam questions, half the domain generator's chat prompts (the first of each alternative)."""
    questions = [r["text"] for r in read(data / "domain/mmlu_pro.train.jsonl.gz") if english(r["text"])]
    seeds = Path(__file__).parent / "generators/dialogue/data/domain_seeds.txt"
    chat = [re.sub(r"\{([^|}]*)[^}]*\}", r"\1", line).strip() for line in seeds.read_text().splitlines()
            if line.strip() and line[0] not in "#["]
    return draw.sample(questions, min(count, len(questions))) + draw.sample(chat, min(count, len(chat)))


def unrelated(embed: Embedder, texts: list[str], draw: random.Random) -> np.ndarray:
    """Cosines of random pairs, ten for each text."""
    vectors = embed(texts)
    pairs = {tuple(sorted(draw.sample(range(len(texts)), 2))) for _ in range(10 * len(texts))}
    left, right = (np.array(side) for side in zip(*sorted(pairs)))
    return (vectors[left] * vectors[right]).sum(1)


def rules(recipes: Path) -> list[list[list[str]]]:
    """The English examples of the embedding rules of each recipe."""
    try:
        import yaml
    except ImportError:
        sys.exit("similarity.py reads recipes and needs PyYAML: python -m pip install PyYAML")
    found = []
    for path in sorted(recipes.glob("*/config.yaml")):
        signals = (yaml.safe_load(path.read_text()).get("routing") or {}).get("signals") or {}
        lists = [[text for text in rule.get("candidates") or [] if english(text)]
                 for rule in signals.get("embeddings") or []]
        found.append([examples for examples in lists if len(examples) > 1])
    return [recipe for recipe in found if len(recipe) > 1]


def bank_score(cosines: np.ndarray) -> float:
    ranked = np.sort(cosines)[::-1]
    return float(BEST_WEIGHT * ranked[0] + (1 - BEST_WEIGHT) * ranked[:TOP].mean())


def rule_scores(embed: Embedder, recipes: list[list[list[str]]]) -> tuple[np.ndarray, np.ndarray]:
    """Scores of examples against the other examples of their rule, and against those of other rules of the recipe.

    An example that stands in both rules is left out of the second."""
    own, other = [], []
    for recipe in recipes:
        banks = [embed(examples) for examples in recipe]
        for index, vectors in enumerate(banks):
            inside = vectors @ vectors.T
            own += [bank_score(np.delete(inside[row], row)) for row in range(len(vectors))]
            for second, bank in enumerate(banks):
                if second != index:
                    other += [bank_score(row) for text, row in zip(recipe[index], vectors @ bank.T)
                              if text not in recipe[second]]
    return np.array(own), np.array(other)


def equivalent(embed: Embedder, data: Path) -> np.ndarray:
    rows = [r for r in read(data / "sts/stsb.train.jsonl") if r["score"] >= 4]
    return (embed([r["text_a"] for r in rows]) * embed([r["text_b"] for r in rows])).sum(1)


def fit(scores: dict[str, np.ndarray]) -> dict[str, list[float]]:
    """The map through the anchors and the fixed ends. Exits when the anchors do not rise."""
    points = [*LOW]
    points += [(float(np.percentile(scores[a.kind], a.percentile)), a.output) for a in ANCHORS]
    points += [(1.0, 1.0)]
    if any(a[0] >= b[0] or a[1] > b[1] for a, b in zip(points, points[1:])):
        sys.exit(f"similarity.py: the anchors do not rise: {[(round(x, 3), y) for x, y in points]}")
    return {"inputs": [round(x, 3) for x, _ in points], "outputs": [y for _, y in points]}


def difference(left: dict, right: dict) -> tuple[float, float, float, float]:
    """The greatest difference of two maps and its cosine: everywhere, and where the right one is in the policy range."""
    cosines = np.linspace(-1, 1, 2001)
    first, second = (np.interp(cosines, m["inputs"], m["outputs"]) for m in (left, right))
    apart = np.abs(first - second)
    inside = np.where((second >= POLICY_RANGE[0]) & (second <= POLICY_RANGE[1]), apart, -1)
    return apart.max(), cosines[apart.argmax()], inside.max(), cosines[inside.argmax()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True, help="directory of all-MiniLM-L6-v2")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--recipes", type=Path, required=True, help="directory of NAME/config.yaml")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--compare", type=Path, help="another map, to print the difference from")
    parser.add_argument("--prompts", type=int, default=600, help="prompts of each kind for unrelated pairs")
    parser.add_argument("--seed", type=int, default=20261)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    draw = random.Random(options.seed)
    embed = Embedder(options.base)
    own, other = rule_scores(embed, rules(options.recipes))
    scores = {
        "unrelated": unrelated(embed, prompts(options.data, options.prompts, draw), draw),
        "other rule": other, "own rule": own, "equivalent": equivalent(embed, options.data),
    }
    print("| Pairs | Count | " + " | ".join(f"p{p:g}" for p in PERCENTILES) + " |")
    print("| --- |" + " ---: |" * (1 + len(PERCENTILES)))
    for kind, values in scores.items():
        print(f"| {kind} | {len(values)} | " + " | ".join(f"{np.percentile(values, p):.3f}" for p in PERCENTILES) + " |")
    result = fit(scores)
    print("\n| Anchor | Percentile | Cosine | Policy scale |\n| --- | ---: | ---: | ---: |")
    for anchor, cosine in zip(ANCHORS, result["inputs"][len(LOW):]):
        print(f"| {anchor.kind} | {anchor.percentile:g} | {cosine:.3f} | {anchor.output:g} |")
    if options.compare:
        worst, at, inside, where = difference(result, json.loads(options.compare.read_text()))
        print(f"\nGreatest difference from {options.compare.name}: {worst:.3f} at cosine {at:.2f}; "
              f"between {POLICY_RANGE[0]:.2f} and {POLICY_RANGE[1]:.2f} of its scale {inside:.3f} at {where:.2f}")
    options.out.write_text(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
