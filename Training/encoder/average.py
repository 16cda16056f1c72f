"""Averages the weights of two bundles of which one was trained on from the other.

    python Training/encoder/average.py --first OLD --second NEW --share 0.6 --out Models/encoder

What both agree on stays; what the later run learned by heart of its last rows is damped. The result has to be measured
and calibrated anew (evaluate.py --calibrate).
"""

import argparse
import shutil
from pathlib import Path

from safetensors.torch import load_file, save_file

WEIGHTS = "classification.safetensors"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=Path, required=True)
    parser.add_argument("--second", type=Path, required=True)
    parser.add_argument("--share", type=float, default=0.6, help="of the second")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    first, second = (load_file(bundle / WEIGHTS) for bundle in (options.first, options.second))
    if first.keys() != second.keys() or any(first[name].shape != second[name].shape for name in first):
        raise SystemExit("the bundles do not have the same tensors")
    options.out.mkdir(parents=True, exist_ok=True)
    shutil.copy(options.second / "encoder.json", options.out)
    mixed = {
        name: ((1 - options.share) * first[name].float() + options.share * second[name].float())
        .to(second[name].dtype).contiguous()
        for name in second
    }
    save_file(mixed, options.out / WEIGHTS)


if __name__ == "__main__":
    main()
