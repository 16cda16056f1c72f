"""Reading the word lists and templates beside this module, and dividing them into train and dev."""

import gzip
import hashlib
import json
import re
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
DEV_SHARE = 16  # one in so many names is kept for dev
DEV_TEMPLATE_SHARE = 10  # and one in so many templates


def is_dev(text, share=DEV_SHARE):
    """Whether a text belongs to dev: a stable hash decides, not the seed, so that two runs agree."""
    return hashlib.sha256(text.encode()).digest()[0] % share == 0


def word_lists():
    """List name -> entries. A line "# name" starts a list; entries are separated by semicolons and line ends."""
    lists, current = {}, None
    for path in sorted((HERE / "lexicon").glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("# "):
                current = lists.setdefault(line[2:].strip(), [])
            elif line.strip():
                current.extend(entry for part in line.split(";") if (entry := part.strip()))
    return lists


def common_words(shared):
    """Words that a large English text holds often and in lower case only: examination questions (Apache-2.0)."""
    path = Path(shared) / "data/domain/mmlu_pro.train.jsonl.gz"
    if not path.exists():
        return ["word", "thing", "market", "small", "often"]
    counts, capitals = Counter(), set()
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for row in map(json.loads, stream):
            for word in re.findall(r"[A-Za-z]+", row["text"]):
                if word.islower():
                    counts[word] += 1
                else:
                    capitals.add(word.lower())
    return sorted(word for word, count in counts.items() if count >= 4 and len(word) > 3 and
                  (word not in capitals or count >= 60))


def template_sections():
    """(section name, weight, templates). A line "# name weight" starts a section; "\\n" and "\\t" are escapes."""
    sections = []
    for path in sorted((HERE / "templates").glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("# ") and line.rsplit(" ", 1)[-1].isdigit() and len(line.split()) == 3:
                _, name, weight = line.split()
                sections.append((name, int(weight), []))
            elif line.strip():
                sections[-1][2].append(line.replace("\\n", "\n").replace("\\t", "\t"))
    return sections
