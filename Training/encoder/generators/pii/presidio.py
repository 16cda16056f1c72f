"""The span rows of the presidio research data (MIT) in this label set, kept apart by sentence template."""

import json
import re
from pathlib import Path

from .files import is_dev

LABELS = {
    "PERSON": "PERSON", "ORGANIZATION": "ORGANIZATION", "GPE": "LOCATION", "LOCATION": "LOCATION",
    "ADDRESS": "STREET_ADDRESS", "STREET_ADDRESS": "STREET_ADDRESS",
}
NOT_A_NUMBER = re.compile(r"\bnan\b")  # empty cells of the table behind the data
FILES = ["presidio_generated.train.jsonl", "presidio_synth_v2.train.jsonl"]


def template_of(row):
    """The sentence with every span replaced by its label, so that fillings of one template count as one."""
    pieces, place = [], 0
    for span in sorted(row["spans"], key=lambda span: span["start"]):
        pieces += [row["text"][place:span["start"]], "{}"]
        place = max(place, span["end"])
    return "".join(pieces + [row["text"][place:]]).lower()


def merged(text, spans):
    """The spans with the pieces of one address joined: house, street and postal code come as separate spans."""
    joined = []
    for span in sorted(spans, key=lambda span: span["start"]):
        last = joined[-1] if joined else None
        is_next = last and not text[last["end"]:span["start"]].strip(" ,\n")
        if is_next and last["label"] == span["label"] == "STREET_ADDRESS":
            last["end"] = span["end"]
        else:
            joined.append(dict(span))
    # A bare postal code is for rules, not for the model.
    return [span for span in joined
            if span["label"] != "STREET_ADDRESS" or any(map(str.isalpha, text[span["start"]:span["end"]]))]


def rows(shared, dev):
    """Rows of one side of the division; labels outside the set become text without a span."""
    seen = set()
    for name in FILES:
        path = Path(shared) / "data/pii" / name
        if not path.exists():
            continue
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            if is_dev(template_of(row)) != dev or row["text"] in seen or NOT_A_NUMBER.search(row["text"]):
                continue
            seen.add(row["text"])
            spans = [{**span, "label": LABELS[span["label"]]} for span in row["spans"] if span["label"] in LABELS]
            spans = merged(row["text"], spans)
            yield {"text": row["text"], "spans": spans, "task": "pii", "source": name.split(".")[0]}
