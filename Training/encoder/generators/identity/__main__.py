"""`python -m generators.identity --out DIR --seed N [--shared DIR]`"""

import argparse
from pathlib import Path

from .build import build

parser = argparse.ArgumentParser(prog="generators.identity", description="Writes identity_generated.train.jsonl.")
parser.add_argument("--out", type=Path, required=True, help="directory for the file")
parser.add_argument("--seed", type=int, default=7, help="seed of all random choices")
parser.add_argument("--shared", type=Path, default=Path("../../../shared"), help="the shared directory that holds data")
parser.add_argument("--rows", type=int, default=12000)
arguments = parser.parse_args()
build(arguments.out, arguments.seed, arguments.shared, arguments.rows)
