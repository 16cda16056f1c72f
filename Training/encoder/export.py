"""The bundle: manifest, f16 weights, and reading both back."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from labels import HEADS, OVERLAP, WINDOW
from model import Base, Branch

WEIGHTS = "classification.safetensors"


@dataclass
class Calibration:
    """Temperature of each head, and the measured strength of the guards."""

    temperature: dict[str, float] = field(default_factory=dict)
    strength: dict[str, dict] = field(default_factory=dict)


def manifest(branch: Branch, calibration: Calibration) -> dict:
    heads = []
    for head in HEADS.values():
        entry = {"name": head.name, "kind": head.kind}
        if head.kind == "sequence":
            entry["pooling"] = "attention"
        entry["labels"] = list(head.labels)
        entry["temperature"] = round(calibration.temperature.get(head.name, 1.0), 4)
        entry["window_pooling"] = head.window_pooling
        if head.exchange:
            entry["input"] = "exchange"
        if head.name in calibration.strength:
            entry["strength"] = calibration.strength[head.name]
        heads.append(entry)
    return {
        "format": 1, "name": "martlet-encoder", "version": "1", "base": "all-MiniLM-L6-v2",
        "shared_layers": branch.shared, "languages": ["en"], "maximum_unknown_share": 0.15,
        "window": WINDOW, "overlap": OVERLAP,
        "embedding": {"pooling": "mean", "normalize": True, "dimension": 384},
        "classification": {"weights": WEIGHTS, "layers": branch.count},
        "heads": heads,
    }


def write(directory: Path, branch: Branch, calibration: Calibration) -> None:
    """Writes the weights as f16 and the manifest."""
    directory.mkdir(parents=True, exist_ok=True)
    tensors = {name: t.detach().cpu().half().contiguous() for name, t in branch.state_dict().items()}
    save_file(tensors, str(directory / WEIGHTS), metadata={"format": "pt"})
    write_manifest(directory, manifest(branch, calibration))


def write_manifest(directory: Path, content: dict) -> None:
    (directory / "encoder.json").write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def read_manifest(directory: Path) -> dict:
    return json.loads((directory / "encoder.json").read_text())


def load(directory: Path, base: Base) -> tuple[Branch, dict]:
    """The branch with the exported f16 weights in f32, and the manifest."""
    content = read_manifest(directory)
    branch = Branch(base, content["shared_layers"], content["classification"]["layers"], origin=0, dropout=0.0)
    tensors = load_file(str(directory / content["classification"]["weights"]))
    branch.load_state_dict({name: tensor.float() for name, tensor in tensors.items()})
    return branch.eval(), content
