"""Writes the model card of a bundle: `card.md` with the table of `metrics.json` and the guards' strength in it."""

import argparse
import json
from pathlib import Path


def table(metrics: list[dict]) -> str:
    lines = ["| Head | Set | Metric | Value [95 %] | Rows |", "| --- | --- | --- | --- | ---: |"]
    for m in metrics:
        lines.append(f"| {m['head']} | {m['set']} | {m['metric']} | {m['value']:.3f} [{m['low']:.3f}, {m['high']:.3f}] "
                     f"| {m['rows']} |")
    return "\n".join(lines)


def guards(heads: list[dict]) -> str:
    lines = ["| Guard | Recall at 1 % false positives | Over-block rate | Measured on |", "| --- | ---: | ---: | --- |"]
    for head in heads:
        if "strength" in head:
            s = head["strength"]
            lines.append(f"| {head['name']} | {s['recall_at_1_percent_fpr']:.3f} | {s['over_block_rate']:.3f} "
                         f"| {s['measured_on']} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundle", type=Path, required=True)
    options = parser.parse_args()
    manifest = json.loads((options.bundle / "encoder.json").read_text())
    metrics = json.loads((options.bundle / "metrics.json").read_text())["metrics"]
    text = (Path(__file__).parent / "card.md").read_text()
    text = text.replace("{{metrics}}", table(metrics)).replace("{{guards}}", guards(manifest["heads"]))
    text = text.replace("{{shared}}", str(manifest["shared_layers"]))
    text = text.replace("{{layers}}", str(manifest["classification"]["layers"]))
    (options.bundle / "README.md").write_text(text)


if __name__ == "__main__":
    main()
