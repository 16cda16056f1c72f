"""Domain: chat prompts for the fourteen subject labels."""

import random

from .grammar import collect, cycle, expand, roughen, sections

TASK = "domain"
ROWS_PER_LABEL = 300

# The framings are the same for all labels, so that none of them gives a label away.
FRAMINGS = [
    "explain {t} {in simple terms|to a beginner|like I'm five|in two paragraphs}",
    "can you give me an introduction to {t}?",
    "help me {study|revise|prepare} {t} for {an exam|a test tomorrow|an interview}",
    "write {an essay|a short report|a blog post|a summary} about {t}",
    "quiz me on {t}",
    "what are the {most common|typical} mistakes {people make with|about} {t}?",
    "I'm {writing an article|preparing a talk|making slides} on {t}, what should I cover?",
    "what are good {books|courses|podcasts} about {t}",
    "{tell me|what do I need to know} about {t}",
    "give me {three|five|ten} facts about {t}",
    "why does {t} matter",
    "can you recommend an overview of {t}?",
    "I don't understand {t} at all, where do I start?",
    "what's the hardest part of {t}",
    "my {teacher|boss|friend} keeps talking about {t}, what is that?",
    "compare {t} and {t2}",
    "how are {t} and {t2} related?",
    "make flash cards for {t}",
    "what's new in {t} these days",
    "create a {one week|two day} learning plan for {t}",
    "{t} {explained|for dummies|basics|cheat sheet|summary|examples}",
    "got a question about {t}",
    "{need help with|struggling with} {t}",
    "what would an expert on {t} say to a newcomer?",
    "outline a {lecture|workshop|chapter} on {t}",
]

_OPENERS = [
    "hi, ", "hey, ", "hello! ", "quick question: ", "ok so ", "please help: ", "I was wondering, ",
    "random question, ", "so, ", "for school: ",
    "my friend asked me: ", "can you tell me, ", "sorry if this is dumb, ", "another thing: ", "for work: ",
    "hey martlet, ", "serious question: ",
]  # fmt: skip
_CLOSERS = [
    " thanks", " please", " thanks in advance", " keep it short", " in a few sentences please",
    " I have no background", " asap", ", any ideas?",
    " I need this by tomorrow", " step by step", " be honest", " and why?", " with an example please",
    " (just curious)", " no jargon please",
]  # fmt: skip


def dress(text: str, rng: random.Random, opener: float = 0.22, closer: float = 0.18) -> str:
    """Adds a greeting before or a request after a prompt, sometimes, and roughens it."""
    if rng.random() < opener:
        text = rng.choice(_OPENERS) + text
    if rng.random() < closer:
        text = text.rstrip(".!") + rng.choice(_CLOSERS)
    return roughen(text, rng)


def build(rng: random.Random) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Training rows from seeds and framed topics, and development rows as they were written."""
    seeds, topics = sections("domain_seeds"), sections("domain_topics")
    dev = [{"text": text, "label": label} for label, texts in sections("domain_dev").items() for text in texts]
    seen: set[str] = set()
    collect(len(dev), iter(dev).__next__, seen, attempts_per_row=1)
    train = []
    for label in sorted(seeds):
        whole, topic, framing = cycle(seeds[label], rng), cycle(topics[label], rng), cycle(FRAMINGS, rng)

        def draw() -> dict[str, str]:
            if rng.random() < 0.6:
                text = expand(whole(), {}, rng)
            else:
                text = expand(framing(), {"t": [topic()], "t2": [topic()]}, rng)
            return {"text": dress(text, rng), "label": label}

        train += collect(ROWS_PER_LABEL, draw, seen)
    rng.shuffle(train)
    return train, dev
