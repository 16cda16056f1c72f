"""`python -m generators.jailbreak --out DIR --seed N`"""

import argparse
from pathlib import Path

from .build import build

parser = argparse.ArgumentParser(
    prog="generators.jailbreak", description="Writes the jailbreak training and held-out files.")
parser.add_argument("--out", type=Path, required=True, help="directory for the JSONL files")
parser.add_argument("--seed", type=int, default=7, help="seed of all random choices")
arguments = parser.parse_args()
build(arguments.out, arguments.seed)
