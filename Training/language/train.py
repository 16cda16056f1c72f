"""Trains Models/language/language.bin: one sparse linear softmax per script that several languages share.

    OMP_NUM_THREADS=1 python3 train.py --data DIR --english PROMPTS.jsonl.gz --out ../../Models/language/language.bin

DIR holds lingua_sentences.train.jsonl.gz ({text, label} per line) and, for measuring only, lingua_sentences.dev.jsonl.
--english (optional, repeatable) names JSON lines with a "prompt" key: English in the tone of chat.
"""

import argparse
import gzip
import json
import struct
import time
import unicodedata
from collections import Counter

import numpy as np
from scipy import optimize, sparse

import features as F

LEARNED = [F.LATIN, F.CYRILLIC, F.ARABIC, F.DEVANAGARI]
SCRIPT_NAME = {F.LATIN: "Latin", F.CYRILLIC: "Cyrillic", F.ARABIC: "Arabic", F.DEVANAGARI: "Devanagari"}
# The bytes of rows and pairs each script may fill.
BUDGET = {F.LATIN: 1_290_000, F.CYRILLIC: 140_000, F.ARABIC: 45_000, F.DEVANAGARI: 20_000}

MINIMUM_COUNT = 2
BATCH, SMALL_BATCH = 512, 128


def lines(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8") as f:
        for line in f:
            yield json.loads(line)


def without_accents(text):
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


class Grams:
    """The hashes of words, computed once per distinct word."""

    def __init__(self):
        self.known = {}

    def __call__(self, word, script):
        key = (script, *word)
        if key not in self.known:
            self.known[key] = np.array(F.grams(word, script), dtype=np.uint32)
        return self.known[key]


class Corpus:
    """Sentences of one script as one flat array of hashes, with the bounds of their words."""

    def __init__(self, script):
        self.script = script
        self.parts, self.word_start, self.sentence_start, self.labels, self.position = [], [0], [0], [], 0

    def add(self, words, label, grams):
        for w in words:
            h = grams(w, self.script)
            self.parts.append(h)
            self.position += len(h)
            self.word_start.append(self.position)
        self.sentence_start.append(len(self.word_start) - 1)
        self.labels.append(label)

    def finish(self):
        self.hashes = np.concatenate(self.parts)
        self.parts = None
        self.word_start = np.array(self.word_start)
        self.sentence_start = np.array(self.sentence_start)
        self.labels = np.array(self.labels)
        return self

    def index(self, vocabulary):
        at = np.searchsorted(vocabulary, self.hashes)
        at[at == len(vocabulary)] = 0
        self.ids = np.where(vocabulary[at] == self.hashes, at, -1)


def windows(corpus, rng, pieces):
    """Word ranges: every sentence whole, and `pieces` windows of 1 to 12 words (85 in 100 of 3 to 12) of each."""
    first, last = corpus.sentence_start[:-1], corpus.sentence_start[1:]
    count = last - first
    ranges, labels = [(first, last)], [corpus.labels]
    for _ in range(pieces):
        wanted = np.where(rng.random(len(count)) < 0.15, rng.integers(1, 3, len(count)), rng.integers(3, 13, len(count)))
        length = np.minimum(wanted, count)
        start = first + (rng.random(len(count)) * (count - length + 1)).astype(np.int64)
        ranges.append((start, start + length))
        labels.append(corpus.labels)
    a = np.concatenate([r[0] for r in ranges])
    b = np.concatenate([r[1] for r in ranges])
    return corpus.word_start[a], corpus.word_start[b], np.concatenate(labels)


def matrix(corpus, start, end, size):
    """Rows of counts divided by the square root of the number of n-grams, unseen ones included."""
    lengths = end - start
    total = np.maximum(lengths, 1)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    positions = np.arange(offsets[-1]) - np.repeat(offsets[:-1] - start, lengths)
    ids = corpus.ids[positions]
    keep = ids >= 0
    rows = np.repeat(np.arange(len(start)), lengths)[keep]
    values = np.repeat(1 / np.sqrt(total), lengths)[keep].astype(np.float32)
    indptr = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(start)))])
    return sparse.csr_matrix((values, ids[keep], indptr), shape=(len(start), size))


def softmax(z):
    z = np.exp(z - z.max(1, keepdims=True))
    return z / z.sum(1, keepdims=True)


def epochs(corpus, weights, rng, count, rate, pieces, decay, mask=None, report=None):
    """AdaGrad on the touched rows; `mask` keeps pruned weights at zero."""
    size = len(weights)
    batch = BATCH if len(corpus.labels) > 20_000 else SMALL_BATCH
    squares = np.full(weights.shape, 1e-4, np.float32)
    for epoch in range(count):
        start, end, labels = windows(corpus, rng, pieces)
        order = rng.permutation(len(start))
        step = rate * (1 - epoch / count * 0.8)
        loss = 0.0
        for at in range(0, len(order), batch):
            pick = order[at:at + batch]
            x = matrix(corpus, start[pick], end[pick], size)
            p = softmax(x @ weights)
            y = labels[pick]
            loss -= np.log(np.maximum(p[np.arange(len(y)), y], 1e-9)).sum()
            p[np.arange(len(y)), y] -= 1
            rows = np.unique(x.indices)
            local = np.zeros(size, np.int32)
            local[rows] = np.arange(len(rows))
            compact = sparse.csr_matrix((x.data, local[x.indices], x.indptr), shape=(len(y), len(rows)))
            gradient = (compact.T @ p.astype(np.float32)) / np.float32(len(y))
            gradient += np.float32(decay) * weights[rows]
            squares[rows] += gradient ** 2
            change = np.float32(step) * gradient / np.sqrt(squares[rows])
            weights[rows] -= change
            if mask is not None:
                weights[rows] *= mask[rows]
        print(f"  epoch {epoch + 1}: loss {loss / len(order):.4f}", report(weights) if report else "", flush=True)
    return weights


def evaluate(corpus, weights, start, end, labels):
    hit = 0
    for at in range(0, len(start), BATCH):
        z = matrix(corpus, start[at:at + BATCH], end[at:at + BATCH], len(weights)) @ weights
        hit += (z.argmax(1) == labels[at:at + BATCH]).sum()
    return hit / len(start)


def calibrate(scores, totals, labels):
    """Scale and exponent so that softmax(score · exp(-a) · n^-alpha) has the least log loss."""
    def loss(v):
        p = softmax(scores * (np.exp(-v[0]) * totals ** -v[1])[:, None])
        return -np.log(np.maximum(p[np.arange(len(labels)), labels], 1e-12)).mean()
    best = optimize.minimize(loss, [0.0, 0.5], method="Nelder-Mead")
    return best.x, best.fun


def expected_calibration_error(confidence, right, bins=15):
    at = np.minimum((confidence * bins).astype(int), bins - 1)
    return sum(abs(confidence[at == b].mean() - right[at == b].mean()) * (at == b).mean()
               for b in range(bins) if (at == b).any())


def quantise(weights):
    scale = np.maximum(np.abs(weights).max(0), 1e-9) / 127
    return np.round(weights / scale).astype(np.int8), scale.astype(np.float32)


def train_script(script, corpora, languages, budget, rng, epoch_count):
    names = languages
    print(SCRIPT_NAME[script], names, len(corpora[0].labels), "sentences", flush=True)
    train, held = corpora
    values, freq = np.unique(train.hashes, return_counts=True)
    vocabulary = values[freq >= MINIMUM_COUNT]
    print("  vocabulary", len(vocabulary), "of", len(values), flush=True)
    train.index(vocabulary)
    held.index(vocabulary)
    trial = windows(held, np.random.default_rng(5), 1)
    n = len(held.labels)

    def report(w):
        return "held out: whole %.4f, pieces %.4f" % (
            evaluate(held, w, *(t[:n] for t in trial)), evaluate(held, w, *(t[n:] for t in trial)))

    weights = np.zeros((len(vocabulary), len(names)), np.float32)
    epochs(train, weights, rng, epoch_count, 0.9, 3, 1e-6, report=report)
    weights -= weights.mean(1, keepdims=True)

    # A pair (n-gram, language) is worth what it adds over the corpus: weight times the root of its frequency.
    frequency = np.sqrt(freq[freq >= MINIMUM_COUNT])[:, None]
    worth = np.abs(weights) * frequency
    # A row costs 5 bytes and a pair 2; the threshold is the one that fills the budget.
    low, high = 0.0, float(worth.max())
    for _ in range(40):
        cut = (low + high) / 2
        kept = (worth >= cut).sum(1)
        cost = 2 * kept.sum() + 5 * (kept > 0).sum()
        low, high = (cut, high) if cost > budget else (low, cut)
    mask = (worth >= high).astype(np.float32)
    weights *= mask
    print(f"  pruned to {int(mask.sum())} pairs in {int((mask.sum(1) > 0).sum())} rows:", report(weights), flush=True)
    epochs(train, weights, rng, 3, 0.2, 3, 0, mask, report)

    quantised, scale = quantise(weights)
    print("  quantised:", report(quantised * scale), flush=True)
    start, end, labels = windows(held, np.random.default_rng(6), 3)
    totals = np.maximum(end - start, 1)
    scores = np.asarray(matrix(held, start, end, len(vocabulary)) @ (quantised * scale))
    scores *= np.sqrt(totals)[:, None]
    (a, alpha), loss = calibrate(scores, totals.astype(float), labels)
    p = softmax(scores * (np.exp(-a) * totals ** -alpha)[:, None])
    ece = expected_calibration_error(p.max(1), p.argmax(1) == labels)
    print(f"  calibration: a {a:.4f}, alpha {alpha:.4f}, loss {loss:.4f}, ECE {ece:.4f}", flush=True)
    used = np.abs(quantised).sum(1) > 0
    return names, vocabulary[used], quantised[used], scale * np.exp(-a).astype(np.float32), float(alpha)


def write(path, models):
    """The layout is in Models/language/README.md; all numbers are little-endian."""
    languages = sorted({l for m in models.values() for l in m[0]})
    scale = np.zeros(len(languages), np.float32)
    rows = []
    for names, hashes, weights, scales, _ in models.values():
        index = [languages.index(l) for l in names]
        scale[index] = scales
        for h, w in zip(hashes, weights):
            rows.append((int(h), [(index[i], int(w[i])) for i in np.flatnonzero(w)]))
    rows.sort()
    merged = {}
    for h, pairs in rows:
        merged.setdefault(h, []).extend(pairs)
    rows = sorted(merged.items())
    out = bytearray(b"MTLI")
    out += struct.pack("<HHIIIIHH", 1, F.LONGEST_GRAM, F.SEED, F.WORD_SEED, len(rows),
                       sum(len(p) for _, p in rows), len(languages), len(models))
    for l, s in zip(languages, scale):
        out += l.encode("ascii") + struct.pack("<f", s)
    for s, m in models.items():
        out += struct.pack("<BBf", s, len(m[0]), m[4])
        out += bytes(languages.index(l) for l in m[0])
    out += np.array([h for h, _ in rows], "<u4").tobytes()
    out += bytes(len(p) for _, p in rows)
    out += bytes(l for _, p in rows for l, _ in p)
    out += np.array([w for _, p in rows for _, w in p], np.int8).tobytes()
    with open(path, "wb") as f:
        f.write(out)
    print("wrote", path, len(out), "bytes,", len(rows), "n-grams")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--english", action="append", default=[])
    parser.add_argument("--out", required=True)
    parser.add_argument("--epochs", type=int, default=9)
    parser.add_argument("--only", type=int, action="append")
    arguments = parser.parse_args()
    rng = np.random.default_rng(1)
    began = time.time()
    samples = [(d["text"], d["label"], False) for d in lines(arguments.data + "/lingua_sentences.train.jsonl.gz")]
    # English prompts in the tone of chat: as many again as there are English sentences.
    prompts = sorted({d["prompt"].strip()[:400] for path in arguments.english for d in lines(path)})
    pick = rng.permutation(len(prompts))[:800]
    samples += [(prompts[i], "en", True) for i in pick]
    grams = Grams()
    corpora = {s: (Corpus(s), Corpus(s)) for s in LEARNED}
    languages = {s: set() for s in LEARNED}
    share = Counter()
    parsed = []
    for text, label, extra in samples:
        by_script = {}
        for s, w in F.words(F.sample(text)):
            by_script.setdefault(s, []).append(w)
        parsed.append((text, label, extra, by_script))
        for s, w in by_script.items():
            share[label, s] += sum(map(len, w))
    main_script = {}
    for (label, s), c in share.items():
        if c > share[label, main_script.get(label, -1)]:
            main_script[label] = s
    index = {}
    for s in LEARNED:
        languages[s] = sorted(l for l, m in main_script.items() if m == s)
        index.update({l: i for i, l in enumerate(languages[s])})
    for text, label, extra, by_script in parsed:
        s = main_script[label]
        if s not in corpora or s not in by_script:
            continue
        held = rng.random() < 0.05
        corpora[s][held].add(by_script[s], index[label], grams)
        if held or s != F.LATIN:
            continue
        draw = rng.random()
        variant = without_accents(text) if draw < 0.10 else unicodedata.normalize("NFD", text) if draw < 0.12 else text
        if variant != text:
            corpora[s][0].add([w for t, w in F.words(F.sample(variant)) if t == s], index[label], grams)
    print("read and hashed in %.0f s, %d distinct words" % (time.time() - began, len(grams.known)), flush=True)
    models = {}
    for s in arguments.only or LEARNED:
        pair = tuple(c.finish() for c in corpora[s])
        models[s] = train_script(s, pair, languages[s], BUDGET[s], rng, arguments.epochs)
        print("  %.0f s" % (time.time() - began), flush=True)
    write(arguments.out, models)


if __name__ == "__main__":
    main()
