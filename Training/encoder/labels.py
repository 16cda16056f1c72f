"""The heads of the encoder: their labels, how they read a text and how windows are pooled."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Head:
    """One classifier on the tuned branch."""

    name: str
    labels: tuple[str, ...]
    kind: str = "sequence"
    window_pooling: str = "mean"
    exchange: bool = False
    """True when the input row is (query, answer, follow-up) instead of one text."""


DOMAINS = (
    "biology", "business", "chemistry", "computer science", "economics", "engineering", "health",
    "history", "law", "math", "other", "philosophy", "physics", "psychology",
)
ENTITIES = ("PERSON", "LOCATION", "ORGANIZATION", "STREET_ADDRESS")
TAGS = ("O",) + tuple(prefix + entity for entity in ENTITIES for prefix in ("B-", "I-"))

HEADS = {
    head.name: head
    for head in (
        Head("domain", DOMAINS),
        Head("jailbreak", ("benign", "jailbreak"), window_pooling="max"),
        Head("fact_check", ("NO_FACT_CHECK_NEEDED", "FACT_CHECK_NEEDED")),
        Head("user_feedback", ("satisfied", "need_clarification", "wrong_answer", "want_different"), exchange=True),
        Head("modality", ("AR", "DIFFUSION", "BOTH")),
        Head("complexity", ("easy", "medium", "hard")),
        Head("pii", TAGS, kind="token", window_pooling="max"),
    )
}

SYNONYMS = {
    "jailbreak": {"injection": "jailbreak", "indirect_injection": "jailbreak", "harmful_request": "benign"},
    "fact_check": {
        "fact_check_needed": "FACT_CHECK_NEEDED", "no_fact_check": "NO_FACT_CHECK_NEEDED",
        "no_fact_check_needed": "NO_FACT_CHECK_NEEDED",
    },
    "modality": {"text": "AR", "image": "DIFFUSION", "ar": "AR", "diffusion": "DIFFUSION", "both": "BOTH"},
}

ENTITY_SYNONYMS = {"ADDRESS": "STREET_ADDRESS", "GPE": "LOCATION", "ZIP_CODE": "STREET_ADDRESS"}

WINDOW = 256
OVERLAP = 48
EXCHANGE_LIMITS = (48, 96, 96)


def label_index(task: str, label: str) -> int:
    """Index of a label as a data file writes it; raises KeyError for one that the head does not know."""
    labels = HEADS[task].labels
    name = SYNONYMS.get(task, {}).get(label, label)
    if name not in labels:
        raise KeyError(f"{task}: unknown label {label!r}")
    return labels.index(name)
