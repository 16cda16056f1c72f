"""`python -m generators.injection --out DIR --seed N [--shared DIR]`"""

import argparse
from pathlib import Path

from .build import build

parser = argparse.ArgumentParser(prog="generators.injection", description="Writes injection_generated.train.jsonl.")
parser.add_argument("--out", type=Path, required=True, help="directory for the file")
parser.add_argument("--seed", type=int, default=7, help="seed of all random choices")
parser.add_argument("--shared", type=Path, default=Path("../../../shared"), help="the shared directory that holds data")
arguments = parser.parse_args()
build(arguments.out, arguments.seed, arguments.shared / "data")
