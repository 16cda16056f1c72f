#!/usr/bin/env python3
"""Trains the selectors knn, kmeans, svm and mlp and writes them in the JSON formats that Martlet reads.

Samples are JSON lines: query, category, model_name, performance (0 to 1), response_time (seconds). All lines of one query
become one sample: the label is the model with the highest utility, 0.9 performance + 0.1 / (1 + response_time / 10), and
ties go to the faster one. The features are the encoder's sentence vector and 14 places for the category.
"""

import argparse
import collections
import json
import pathlib

import numpy
import torch
from transformers import AutoModel, AutoTokenizer

CATEGORIES = [
    "math", "physics", "chemistry", "biology", "computer science", "history", "economics", "business", "law", "health",
    "psychology", "philosophy", "other", "unknown",
]


def utility(row):
    return 0.9 * float(row["performance"]) + 0.1 / (1 + float(row.get("response_time", 0)) / 10)


def embed(texts, base):
    """Unit vectors: the mean over all tokens, as the encoder beside the binary makes them."""
    tokenizer = AutoTokenizer.from_pretrained(base)
    model = AutoModel.from_pretrained(base).eval()
    vectors = []
    with torch.no_grad():
        for start in range(0, len(texts), 32):
            batch = tokenizer(texts[start:start + 32], padding=True, truncation=True, max_length=256, return_tensors="pt")
            hidden = model(**batch).last_hidden_state
            mask = batch["attention_mask"].unsqueeze(-1)
            mean = (hidden * mask).sum(1) / mask.sum(1)
            vectors.append(torch.nn.functional.normalize(mean, dim=1).numpy())
    return numpy.concatenate(vectors)


def features(queries, categories, base):
    places = numpy.zeros((len(queries), len(CATEGORIES)), dtype=numpy.float32)
    for row, category in enumerate(categories):
        name = (category or "unknown").replace("_", " ").lower()
        places[row, CATEGORIES.index(name) if name in CATEGORIES else CATEGORIES.index("other")] = 1
    return numpy.concatenate([embed(queries, base), places], axis=1)


def samples(path):
    """One row for each query: its text, category, and (utility, performance, nanoseconds) by model."""
    queries = collections.OrderedDict()
    for line in pathlib.Path(path).read_text().splitlines():
        if not line.strip():
            continue
        row = json.loads(line)
        entry = queries.setdefault(row["query"], {"category": row.get("category", ""), "models": {}})
        entry["models"][row["model_name"]] = (
            utility(row), float(row["performance"]), int(float(row.get("response_time", 0)) * 1e9))
    return queries


def best(entry):
    return max(entry["models"].items(), key=lambda item: (item[1][0], -item[1][2]))


def knn(vectors, entries, options):
    chosen = [best(entry) for entry in entries]
    return {
        "algorithm": "knn", "trained": True, "k": options.k, "embeddings": vectors.tolist(),
        "labels": [name for name, _ in chosen], "qualities": [values[1] for _, values in chosen],
        "latencies": [values[2] for _, values in chosen],
    }


def kmeans(vectors, entries, options):
    generator = numpy.random.default_rng(42)
    count = min(options.clusters, len(vectors))
    centroids = vectors[generator.choice(len(vectors), count, replace=False)]
    for _ in range(100):
        nearest = ((vectors[:, None] - centroids[None]) ** 2).sum(2).argmin(1)
        moved = numpy.array([
            vectors[nearest == place].mean(0) if (nearest == place).any() else centroids[place] for place in range(count)])
        if numpy.allclose(moved, centroids):
            break
        centroids = moved
    models = []
    for place in range(count):
        sums = collections.Counter()
        for index in numpy.flatnonzero(nearest == place):
            for name, values in entries[index]["models"].items():
                sums[name] += values[0]
        models.append(sums.most_common(1)[0][0] if sums else best(entries[0])[0])
    return {
        "algorithm": "kmeans", "trained": True, "num_clusters": count, "centroids": centroids.tolist(),
        "cluster_models": models,
    }


def svm(vectors, entries, options):
    """One linear machine for each model against the others: hinge loss with an L2 penalty, on unit vectors."""
    labels = [best(entry)[0] for entry in entries]
    points = torch.tensor(vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True), dtype=torch.float32)
    machines = []
    for name in sorted(set(labels)):
        target = torch.tensor([1.0 if label == name else -1.0 for label in labels])
        weights = torch.zeros(points.shape[1], requires_grad=True)
        offset = torch.zeros(1, requires_grad=True)
        optimizer = torch.optim.Adam([weights, offset], lr=0.05)
        for _ in range(300):
            optimizer.zero_grad()
            loss = torch.relu(1 - target * (points @ weights - offset)).mean() + 1e-3 * weights.square().sum()
            loss.backward()
            optimizer.step()
        machines.append({"model_name": name, "weights": weights.tolist(), "rho": offset.item()})
    return {
        "algorithm": "svm", "trained": True, "model_names": [m["model_name"] for m in machines], "kernel_type": "Linear",
        "gamma": 1.0, "linear_classifiers": machines, "rbf_classifiers": [],
    }


def mlp(vectors, entries, options):
    torch.manual_seed(42)
    names = sorted({name for entry in entries for name in entry["models"]})
    labels = torch.tensor([names.index(best(entry)[0]) for entry in entries])
    weights = torch.tensor([max(0.1, best(entry)[1][0]) for entry in entries])
    sizes = [vectors.shape[1], 256, 128]
    layers = []
    for width, height in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(width, height), torch.nn.ReLU(), torch.nn.BatchNorm1d(height), torch.nn.Dropout(0.1)]
    layers.append(torch.nn.Linear(sizes[-1], len(names)))
    network = torch.nn.Sequential(*layers)
    points = torch.tensor(vectors, dtype=torch.float32)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    for _ in range(100):
        order = torch.randperm(len(points))
        for batch in order.split(32):
            if len(batch) < 2:
                continue
            optimizer.zero_grad()
            losses = torch.nn.functional.cross_entropy(network(points[batch]), labels[batch], reduction="none")
            (losses * weights[batch]).mean().backward()
            optimizer.step()
    network.eval()
    written = []
    for layer in network:
        if isinstance(layer, torch.nn.Linear):
            written.append({
                "type": "linear", "in_features": layer.in_features, "out_features": layer.out_features,
                "weight": layer.weight.tolist(), "bias": layer.bias.tolist()})
        elif isinstance(layer, torch.nn.ReLU):
            written.append({"type": "relu"})
        elif isinstance(layer, torch.nn.BatchNorm1d):
            written.append({
                "type": "batch_norm", "num_features": layer.num_features, "weight": layer.weight.tolist(),
                "bias": layer.bias.tolist(), "running_mean": layer.running_mean.tolist(),
                "running_var": layer.running_var.tolist(), "eps": layer.eps})
    return {
        "algorithm": "mlp", "trained": True, "model_names": names, "feature_dim": sizes[0], "n_classes": len(names),
        "hidden_sizes": sizes[1:], "layers": written,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--samples", required=True, help="JSON lines, one for each query and model")
    parser.add_argument("--base", required=True, help="folder of the encoder: config.json, tokenizer.json, model.safetensors")
    parser.add_argument("--out", required=True, help="folder for the four files")
    parser.add_argument("--k", type=int, default=5)
    parser.add_argument("--clusters", type=int, default=8)
    options = parser.parse_args()
    queries = samples(options.samples)
    entries = list(queries.values())
    vectors = features(list(queries), [entry["category"] for entry in entries], options.base)
    folder = pathlib.Path(options.out)
    folder.mkdir(parents=True, exist_ok=True)
    for make in (knn, kmeans, svm, mlp):
        path = folder / f"{make.__name__}_model.json"
        path.write_text(json.dumps(make(vectors, entries, options)))
        print(f"{path}: {len(entries)} requests, {vectors.shape[1]} features")


main()
