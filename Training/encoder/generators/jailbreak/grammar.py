"""A small grammar: families of seeds, and the expansion of their slots.

A seed is one line of text. `{a|b|c}` picks one alternative, `{name}` picks from the slot `name`, `{Name}` does the same
and capitalises the result. Groups may nest. A brace group that is neither is left as it stands, so JSON and code need
no escaping. A literal `\\n` in a seed is a line break, `\\t` a tab.
"""

import re
from dataclasses import dataclass
from random import Random

GROUP = re.compile(r"\{([^{}]*)\}")
STRAY_SPACE = re.compile(r"(?<=\w) +(?=[.,](?:\s|$))|(?<=\S) +(?= \S)")
MAXIMUM_PASSES = 12


@dataclass(frozen=True)
class Family:
    """Seeds that share one idea. `weight` scales how often the family is drawn for each of its seeds."""

    name: str
    about: str
    text: str
    weight: float = 1.0

    @property
    def seeds(self) -> list[str]:
        lines = (line.strip() for line in self.text.splitlines())
        return [line.replace("\\n", "\n").replace("\\t", "\t") for line in lines if line]


class Grammar:
    """Expands seeds with a table of slots."""

    def __init__(self, *tables: dict[str, list[str]]):
        self.slots = {name: options for table in tables for name, options in table.items()}

    def expand(self, seed: str, random: Random) -> str:
        text = seed
        for _ in range(MAXIMUM_PASSES):
            expanded = GROUP.sub(lambda match: self._pick(match, random), text)
            if expanded == text:
                break
            text = expanded
        return capitalized(STRAY_SPACE.sub("", text).strip())

    def _pick(self, match: re.Match, random: Random) -> str:
        body = match.group(1)
        if body.lower() in self.slots:
            choice = random.choice(self.slots[body.lower()])
            return self._capitalize_later(choice) if body[:1].isupper() else choice
        if "|" in body and "||" not in body:
            return random.choice(body.split("|"))
        return match.group(0)

    @staticmethod
    def _capitalize_later(choice: str) -> str:
        # A choice that opens with another group is capitalised when that group is expanded.
        opening = re.match(r"\{([a-z_]+)\}", choice)
        if opening:
            return "{" + capitalized(opening.group(1)) + "}" + choice[opening.end():]
        alternatives = re.match(r"\{([^{}]*\|[^{}]*)\}", choice)
        if alternatives:
            options = "|".join(capitalized(option) for option in alternatives.group(1).split("|"))
            return "{" + options + "}" + choice[alternatives.end():]
        return capitalized(choice)


def capitalized(text: str) -> str:
    """The text with its first character in upper case."""
    return text[:1].upper() + text[1:]


def lines(text: str) -> list[str]:
    """The non-empty lines of a block, for slot tables."""
    return [line.strip() for line in text.splitlines() if line.strip()]
