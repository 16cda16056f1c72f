"""Measures a language.bin on labelled lines, and prints the reference probabilities of texts for the Swift tests.

    python3 measure.py --model ../../Models/language/language.bin --dev lingua_sentences.dev.jsonl
    python3 measure.py --model ../../Models/language/language.bin --texts texts.txt
"""

import argparse
import math
import struct
from collections import Counter

import numpy as np

import features as F
from train import expected_calibration_error, lines


class Model:
    def __init__(self, path):
        data = open(path, "rb").read()
        assert data[:4] == b"MTLI"
        _, _, _, _, rows, pairs, languages, scripts = struct.unpack_from("<HHIIIIHH", data, 4)
        at = 28
        self.languages, self.scales = [], []
        for _ in range(languages):
            self.languages.append(data[at:at + 2].decode())
            self.scales.append(struct.unpack_from("<f", data, at + 2)[0])
            at += 6
        self.scripts = {}
        for _ in range(scripts):
            script, count, exponent = struct.unpack_from("<BBf", data, at)
            self.scripts[script] = (list(data[at + 6:at + 6 + count]), exponent)
            at += 6 + count
        hashes = np.frombuffer(data, "<u4", rows, at)
        counts = np.frombuffer(data, np.uint8, rows, at + 4 * rows)
        at += 5 * rows
        index = np.frombuffer(data, np.uint8, pairs, at)
        weight = np.frombuffer(data, np.int8, pairs, at + pairs).astype(int)
        assert at + 2 * pairs == len(data)
        first = np.concatenate([[0], np.cumsum(counts)]).astype(int)
        self.rows = {int(h): (index[a:b], weight[a:b]) for h, a, b in zip(hashes, first, first[1:])}

    def probabilities(self, text):
        words, letters = {}, Counter()
        for s, w in F.words(F.sample(text)):
            words.setdefault(s, []).append(w)
            if s != F.GREEK or len(w) > 1:
                letters[s] += len(w)
        total = sum(c * F.SCRIPT_WEIGHT.get(s, 1) for s, c in letters.items())
        out = {}
        for s, c in letters.items():
            share = c * F.SCRIPT_WEIGHT.get(s, 1) / total
            if s in F.SCRIPT_LANGUAGE:
                out[F.SCRIPT_LANGUAGE[s]] = share
            elif s in self.scripts:
                members, exponent = self.scripts[s]
                scores, grams = np.zeros(len(self.languages), int), 0
                for w in words[s]:
                    for h in F.grams(w, s):
                        grams += 1
                        if h in self.rows:
                            index, weight = self.rows[h]
                            scores[index] += weight
                factor = float(max(grams, 1)) ** -exponent
                logits = [scores[m] * self.scales[m] * factor for m in members]
                top = max(logits)
                values = [math.exp(z - top) for z in logits]
                for m, v in zip(members, values):
                    out[self.languages[m]] = share * v / sum(values)
        han, kana = letters[F.HAN], letters[F.KANA]
        if han + kana:
            share = (han + kana) * F.SCRIPT_WEIGHT[F.HAN] / total
            japanese = min(0.99, 0.2 + 7.9 * kana / (han + kana)) if kana else 0.4 * math.exp(-han / 4)
            out["ja"], out["zh"] = share * japanese, share * (1 - japanese)
        return sorted(out.items(), key=lambda p: (-p[1], p[0]))


def first_words(text, count):
    """The first words; of text written without spaces, twice as many characters."""
    words = text.split()
    return " ".join(words[:count]) if len(words) > 2 else text[:2 * count]


def measure(model, name, rows):
    right, confidence, per, wrong = [], [], Counter(), Counter()
    for text, label in rows:
        best = (model.probabilities(text) or [(None, 0.0)])[0]
        right.append(best[0] == label)
        confidence.append(best[1])
        per[label] += best[0] == label
        if best[0] != label:
            wrong[label, best[0]] += 1
    right, confidence = np.array(right), np.array(confidence)
    size = Counter(l for _, l in rows)
    print(f"{name}: accuracy {right.mean():.4f}, ECE {expected_calibration_error(confidence, right):.4f}, "
          f"confidence {confidence.mean():.3f}")
    for floor in (0.3, 0.5, 0.8):
        sure = confidence >= floor
        print(f"  at {floor}: {sure.mean():.3f} answered, {right[sure].mean():.4f} of them right")
    weakest = sorted((per[l] / size[l], l) for l in size)[:12]
    print("  weakest", " ".join(f"{l} {a:.3f}" for a, l in weakest))
    print("  confused", " ".join(f"{a}>{b}:{c}" for (a, b), c in wrong.most_common(14)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--dev")
    parser.add_argument("--texts")
    arguments = parser.parse_args()
    model = Model(arguments.model)
    if arguments.dev:
        rows = [(d["text"], d["label"]) for d in lines(arguments.dev)]
        measure(model, "whole sentences", rows)
        measure(model, "first 5 words", [(first_words(t, 5), l) for t, l in rows])
        measure(model, "first 3 words", [(first_words(t, 3), l) for t, l in rows])
    if arguments.texts:
        for text in open(arguments.texts, encoding="utf-8").read().split("\n"):
            if text:
                best = model.probabilities(text)[0]
                print(f"{best[0]}\t{best[1]:.7f}\t{text}")


if __name__ == "__main__":
    main()
