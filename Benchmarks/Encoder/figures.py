"""What the measurements say: operations of a run, medians, ratios within a round, and the table."""

import json
import pathlib
import statistics

ALL_HEADS, EMBEDDING, IMPORTED = "Martlet, all heads", "Martlet, embedding only", "OpenVINO, ONNX import"


class Operations:
    """Floating-point operations (a multiplication and an addition are two) that rows need, without padding."""

    def __init__(self, model, base):
        shape = json.loads(pathlib.Path(base, "config.json").read_text())
        bundle = json.loads(pathlib.Path(model, "encoder.json").read_text())
        self.hidden, self.inner, self.layers = shape["hidden_size"], shape["intermediate_size"], shape["num_hidden_layers"]
        self.tuned, self.heads = bundle["classification"]["layers"], bundle["heads"]

    def of_layers(self, n, layers):
        h = self.hidden
        return layers * (2 * n * (4 * h * h + 2 * h * self.inner) + 4 * n * n * h)

    def of_heads(self, n):
        h = self.hidden
        dense = [2 * h * (h + len(head["labels"])) for head in self.heads]
        return sum(
            n * each if head["kind"] == "token" else each + 4 * n * h for each, head in zip(dense, self.heads))

    def of(self, name, lengths):
        if not name.startswith(ALL_HEADS):
            return sum(self.of_layers(n, self.layers) for n in lengths)
        return sum(self.of_layers(n, self.layers + self.tuned) + self.of_heads(n) for n in lengths)


def percentile(values, share):
    """None where so few values say nothing of their tail."""
    ordered = sorted(values)
    if len(ordered) * (1 - share) < 1:
        return None
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def rows(report, operations):
    """One row for each length and contender; what is compared is compared within a round."""
    found = []
    for tokens, lengths in report["lengths"].items():
        limits = [max(each.values()) for each in report["limits"].get(tokens, [])]
        for name, contender in report["contenders"].items():
            own = [statistics.median(run) for run in report["runs"][name][tokens]]

            def over(other, length=tokens):
                if other not in report["contenders"]:
                    return None
                reference = [statistics.median(run) for run in report["runs"][other][length]]
                return statistics.median(a / b for a, b in zip(own, reference))

            work = operations.of(name, lengths)
            found.append({
                "tokens": int(tokens), "windows": len(lengths), "positions": sum(lengths), "contender": name,
                "p50_ms": statistics.median(value for run in report["runs"][name][tokens] for value in run),
                "p99_ms": percentile([value for run in report["runs"][name][tokens] for value in run], 0.99),
                "to_martlet_embedding": over(EMBEDDING), "to_openvino": over(IMPORTED),
                "to_shortest": over(name, next(iter(report["lengths"]))), "gigaflop": work / 1e9,
                "gigaflops": work / statistics.median(own) / 1e6,
                "of_limit": statistics.median(work / a / 1e6 / b for a, b in zip(own, limits)) if limits else None,
                "resident_mib": contender["resident_mib"][tokens], "ready_ms": contender["ready_ms"],
            })
    return found


def table(rows):
    shortest = rows[0]["tokens"]
    lines = [
        f"| tokens | contender | p50 ms | p99 ms | × Martlet embedding | × OpenVINO import | × own {shortest} tokens |"
        " GFLOP/s | of GEMM limit | RSS MiB | ready ms |",
        "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for r in rows:
        p99, own, base, import_, limit = (
            "–" if r[key] is None else format(r[key], form) for key, form in (
                ("p99_ms", ",.1f"), ("to_shortest", ".1f"), ("to_martlet_embedding", ".2f"), ("to_openvino", ".2f"),
                ("of_limit", ".0%")))
        length = f"{r['tokens']:,}" + (f" ({r['windows']} windows)" if r["windows"] > 1 else "")
        lines.append(
            f"| {length} | {r['contender']} | {r['p50_ms']:,.1f} | {p99} | {base} | {import_} | {own} |"
            f" {r['gigaflops']:.0f} | {limit} | {r['resident_mib']:.0f} | {r['ready_ms']:,.0f} |")
    return "\n".join(lines)


def remarks(report):
    """What the table leaves out, a sentence each."""
    lines = []
    for tokens, rounds in report["limits"].items():
        speeds = {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}
        longest = max(report["lengths"][tokens])
        if all(longest != max(report["lengths"][other]) for other in report["lengths"] if int(other) < int(tokens)):
            lines.append(
                f"GEMM limit, one layer's products with {longest} rows: "
                + ", ".join(f"{name} {speed:.0f} GFLOP/s" for name, speed in speeds.items()))
    shortest = next(iter(report["lengths"]))
    for clients, rounds in report["throughput"].items():
        times = [value for each in rounds for value in each["milliseconds"]]
        lines.append(
            f"{ALL_HEADS}, {clients} at once, {shortest} tokens each: "
            f"{statistics.median(each['requests_per_second'] for each in rounds):,.0f} requests/s, "
            f"p50 {statistics.median(times):.1f} ms, p99 {percentile(times, 0.99) or max(times):.1f} ms")
    found = report["tokenizing"]
    if found:
        pairs = list(zip(*(map(statistics.median, rounds) for rounds in found["runs"].values())))
        speeds = [found["bytes"] / statistics.median(side) / 1e3 for side in zip(*pairs)]
        text = ", ".join(f"{name} {speed:.1f} MB/s" for name, speed in zip(found["runs"], speeds))
        lines.append(
            f"Tokenizing {found['bytes']:,} bytes of prose into {found['tokens']:,} tokens: {text}"
            + (f" ({statistics.median(b / a for a, b in pairs):.1f} × as fast)" if len(speeds) == 2 else ""))
    if report["processor_share"] < 0.97:
        lines.append(
            f"**The core was not free**: contenders had {report['processor_share']:.0%} of it while they were timed. "
            "Measure again on a quiet machine.")
    return lines
