"""Measures a bundle on every suite: one table, `metrics.json`, and with --calibrate the manifest's temperatures.

    python Training/encoder/evaluate.py --bundle Models/encoder --data ../shared/data --base DIR
"""

import argparse
import json
import random
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

import calibrate
import data
import export
import scores
import suites as suite_files
from inference import Reader, Reading, entity_counts, probabilities, softmax
from labels import HEADS, TAGS
from scores import Score
from suites import Suite

FALSE_POSITIVES_AT_HALF = 0.04
"""Share of harmless rows that the offset lets pass the jailbreak threshold 0.5."""


class Evaluation:
    """Readings of all suites, and the lines of the table."""

    def __init__(self, bundle: Path, shared: Path, base: Path, work: Path, limit: int):
        self.bundle = bundle
        self.reader = Reader.open(bundle, base)
        self.manifest = export.read_manifest(bundle)
        self.suites = suite_files.load(shared, work, limit)
        self.readings: dict[str, list[Reading]] = {
            suite.task + suite.name: self.reader.read(suite.rows) for suite in self.suites
        }
        self.temperature = {head["name"]: head["temperature"] for head in self.manifest["heads"]}
        self.strength: dict[str, dict] = {}
        self.lines: list[tuple[str, str, str, Score]] = []

    def of(self, task: str) -> list[tuple[Suite, list[Reading]]]:
        return [(s, self.readings[s.task + s.name]) for s in self.suites if s.task == task and s.rows]

    def add(self, task: str, suite: str, metric: str, score: Score) -> None:
        self.lines.append((task, suite, metric, score))

    def calibration_rows(self, task: str, first: bool):
        """Readings, truths and suite names of one half of the suites that calibrate."""
        readings, truth, names = [], [], []
        for suite, found in self.of(task):
            for row, reading in zip(suite.rows, found):
                if suite.calibrates and (data.share(row.text + "#") < 0.5) == first:
                    readings.append(reading)
                    truth.append(row.label)
                    names.append(suite.name)
        return readings, np.array(truth), names

    def fit(self) -> None:
        """Temperatures from one half of the calibrating rows; the jailbreak offset goes into the weights."""
        self.place_threshold()
        for task in calibrate.sequence_tasks():
            readings, truth, names = self.calibration_rows(task, True)
            if readings:
                self.temperature[task] = calibrate.temperature(task, readings, truth, calibrate.equal_weights(names))
        readings, _, _ = self.calibration_rows("pii", True)
        if readings:
            self.temperature["pii"] = calibrate.token_temperature(readings)

    def place_threshold(self) -> None:
        harmless = []
        for suite, found in self.of("jailbreak"):
            part = [r for row, r in zip(suite.rows, found)
                    if suite.calibrates and row.label == 0 and data.share(row.text + "#") < 0.5]
            if len(part) >= 100:
                harmless.append(calibrate.margin(part))
        if not harmless:
            return
        offset = calibrate.offset_for(harmless, FALSE_POSITIVES_AT_HALF)
        path = self.bundle / export.WEIGHTS
        tensors = load_file(str(path))
        bias = tensors["heads.jailbreak.classifier.bias"].float()
        bias[1] += offset
        tensors["heads.jailbreak.classifier.bias"] = bias.half()
        save_file(tensors, str(path), metadata={"format": "pt"})
        path.chmod(0o644)
        self.reader.branch.heads["jailbreak"].classifier.bias.data[1] += offset
        for _, found in self.of("jailbreak"):
            for reading in found:
                reading.logits[:, 1] += offset

    def sequences(self) -> None:
        """Accuracy and macro F1 of every suite, then the calibration error."""
        for task in calibrate.sequence_tasks():
            if task == "jailbreak":
                continue
            for suite, found in self.of(task):
                guess = probabilities(task, found, 1.0).argmax(1)
                truth = np.array([row.label for row in suite.rows])
                self.add(task, suite.name, "accuracy", scores.rate(guess == truth))
                other = np.array([row.source in data.EXCLUDED_SOURCES for row in suite.rows])
                if other.any():
                    self.add(task, suite.name + ", sources trained on", "accuracy", scores.rate((guess == truth)[~other]))
                    self.add(task, suite.name + ", other sources", "accuracy", scores.rate((guess == truth)[other]))
                if task != "domain" and len(set(truth)) > 1:
                    self.add(task, suite.name, "macro F1", scores.bootstrap(scores.macro_f1, guess, truth))
        for task in calibrate.sequence_tasks():
            readings, truth, _ = self.calibration_rows(task, False)
            if len(readings) > 50:
                chances = probabilities(task, readings, self.temperature[task])
                self.add(task, "rows that did not calibrate", "expected calibration error",
                         scores.bootstrap(scores.calibration_error, chances, truth, draws=100))

    def jailbreak(self) -> None:
        chances = {suite.name: probabilities("jailbreak", found, self.temperature["jailbreak"])[:, 1]
                   for suite, found in self.of("jailbreak")}
        labels = {suite.name: np.array([row.label for row in suite.rows]) for suite, _ in self.of("jailbreak")}
        harmless = np.concatenate([chances[name][labels[name] == 0] for name in chances])
        threshold = scores.threshold_at(harmless)
        self.add("jailbreak", "all harmless rows", "passed at 0.5", scores.rate(harmless > 0.5))
        recalls = []
        for name in chances:
            attack, benign = chances[name][labels[name] == 1], chances[name][labels[name] == 0]
            if len(attack) and len(benign):
                self.add("jailbreak", name, "AUC", scores.bootstrap(scores.auc, chances[name], labels[name]))
            if len(attack):
                self.add("jailbreak", name, f"recall at 1 % false positives ({threshold:.2f})", scores.rate(attack > threshold))
                self.add("jailbreak", name, "recall at 0.5", scores.rate(attack > 0.5))
                recalls.append(np.mean(attack > threshold))
            if len(benign):
                self.add("jailbreak", name, "false alarms at 0.5", scores.rate(benign > 0.5))
        attacks = np.concatenate([chances[name][labels[name] == 1] for name in chances])
        every = scores.rate(attacks > threshold)
        self.add("jailbreak", "all attacks", "recall at 1 % false positives", every)
        self.add("jailbreak", "mean over sources", "recall at 1 % false positives",
                 Score(float(np.mean(recalls)), min(recalls), max(recalls), len(recalls)))
        self.appended_words(threshold)
        hard = [name for name in chances if "hard_benign" in name] or list(chances)
        blocked = np.concatenate([chances[name][labels[name] == 0] for name in hard]) > 0.5
        self.strength["jailbreak"] = {
            "recall_at_1_percent_fpr": round(float(np.mean(recalls)), 3),
            "over_block_rate": round(float(np.mean(blocked)), 3),
            "measured_on": f"recall: mean over {len(recalls)} attack sources against {len(harmless)} harmless rows; "
                           f"over-block: {len(blocked)} harmless rows full of trigger words, threshold 0.5",
        }

    def appended_words(self, threshold: float) -> None:
        words = random.Random(3)
        for suite, found in self.of("jailbreak"):
            chances = probabilities("jailbreak", found, self.temperature["jailbreak"])[:, 1]
            caught = [row for row, p in zip(suite.rows, chances) if row.label == 1 and p > 0.5][:600]
            if len(caught) < 20:
                continue
            readings = self.reader.read([suite_files.appended(row, words) for row in caught])
            after = probabilities("jailbreak", readings, self.temperature["jailbreak"])[:, 1]
            self.add("jailbreak", suite.name, "detections lost to ten words", scores.rate(after <= 0.5))

    def entities(self) -> None:
        for suite, found in self.of("pii"):
            news = "conll" in suite.name
            kinds = ("PERSON", "LOCATION", "ORGANIZATION") if news else tuple(t[2:] for t in TAGS if t.startswith("B-"))
            counts = entity_counts(found, kinds)
            self.add("pii", suite.name, "token F1", scores.bootstrap(scores.f1_of_counts, *counts[:3]))
            self.add("pii", suite.name, "span F1", scores.bootstrap(scores.f1_of_counts, *counts[3:]))
            for kind in kinds if not news else ():
                part = entity_counts(found, (kind,))
                if part[2].sum() > 20:
                    self.add("pii", suite.name, f"token F1 {kind}", scores.bootstrap(scores.f1_of_counts, *part[:3], draws=100))
            clean = np.array([p > 0 for p, w in zip(counts[1], counts[2]) if w == 0])
            if len(clean):
                self.add("pii", suite.name, "texts without entities marked", scores.rate(clean))
        self.entity_strength()

    def entity_strength(self) -> None:
        """Recall of entity tokens where 1 % of the other tokens pass, and entity-free texts that are marked."""
        chosen = [(s, f) for s, f in self.of("pii") if "conll" not in s.name]
        if not chosen:
            return
        outside, inside, clean = [], [], []
        for _, found in chosen:
            for reading in found:
                entity = 1 - softmax(reading.logits, self.temperature["pii"])[:, 0]
                outside.append(entity[reading.truth == 0])
                inside.append(entity[reading.truth > 0])
                if len(reading.truth) and not reading.truth.any():
                    clean.append((reading.logits.argmax(1) > 0).any())
        outside, inside = np.concatenate(outside), np.concatenate(inside)
        recall = scores.rate(inside > scores.threshold_at(outside))
        self.add("pii", "all synthetic sets", "entity token recall at 1 % false positives", recall)
        self.strength["pii"] = {
            "recall_at_1_percent_fpr": round(recall.value, 3),
            "over_block_rate": round(float(np.mean(clean)) if clean else 0.0, 3),
            "measured_on": f"tokens of synthetic held-out texts ({len(inside)} inside entities, {len(outside)} outside); "
                           f"over-block: {len(clean)} texts without entities of which any token is marked",
        }

    def save(self, calibrated: bool) -> None:
        metrics = [
            {"head": task, "set": suite, "metric": metric, "value": round(s.value, 4), "low": round(s.low, 4),
             "high": round(s.high, 4), "rows": s.count} for task, suite, metric, s in self.lines
        ]
        content = self.manifest
        if calibrated:
            for head in content["heads"]:
                head["temperature"] = round(self.temperature[head["name"]], 4)
                if head["name"] in self.strength:
                    head["strength"] = self.strength[head["name"]]
            export.write_manifest(self.bundle, content)
        (self.bundle / "metrics.json").write_text(json.dumps({"metrics": metrics}, indent=1) + "\n")

    def table(self) -> str:
        lines = ["| head | set | metric | value [95 %] | rows |", "| --- | --- | --- | --- | ---: |"]
        lines += [f"| {task} | {suite} | {metric} | {score} | {score.count} |" for task, suite, metric, score in self.lines]
        return "\n".join(lines)


def run(bundle: Path, shared: Path, base: Path, work: Path, calibrating: bool = True, limit: int = 600) -> None:
    evaluation = Evaluation(bundle, shared, base, work, limit)
    if calibrating:
        evaluation.fit()
    evaluation.sequences()
    evaluation.jailbreak()
    evaluation.entities()
    evaluation.save(calibrating)
    print(evaluation.table())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path(".martlet/training"))
    parser.add_argument("--calibrate", action="store_true", help="fit the temperatures and write them to the manifest")
    parser.add_argument("--limit", type=int, default=600, help="rows of a set at most")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    run(options.bundle, options.data, options.base, options.work, options.calibrate, options.limit)


if __name__ == "__main__":
    main()
