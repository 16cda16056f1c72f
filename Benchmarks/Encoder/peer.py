"""One peer of Martlet's encoder, or the machine's own limit, that answers the asks of `compare` on one thread.

peer.py KIND BASE [GRAPH ROWS PRECISION]: KIND is openvino, onnxruntime, sentence-transformers, tokenizers or matrix;
BASE the base model's directory, GRAPH its ONNX file and ROWS a JSON file with the rows of each length.
peer.py export BASE GRAPH writes the ONNX file.
"""

import json
import os
import pathlib
import statistics
import sys
import time

# What a batch may hold, padding included: two full windows, as in Martlet. More gains a few percent at most.
BATCH_POSITIONS = 512


def export(base, graph):
    """Writes the base model with mean pooling and normalization, for any number and length of rows."""
    import torch
    from transformers import BertModel

    class Embedder(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.bert = BertModel.from_pretrained(base, attn_implementation="eager")

        def forward(self, input_ids, attention_mask):
            hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
            return torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1)

    example = torch.ones(2, 16, dtype=torch.int64)
    axes = {0: "rows", 1: "positions"}
    torch.onnx.export(
        Embedder().eval(), (example, example), graph, input_names=["input_ids", "attention_mask"],
        output_names=["embedding"], dynamic_axes={"input_ids": axes, "attention_mask": axes, "embedding": {0: "rows"}},
        opset_version=17, dynamo=False)


def batches(rows):
    """Rows in batches of similar length, longest first, padded on the right, with their masks."""
    import numpy

    waiting = sorted(rows, key=len, reverse=True)
    found = []
    while waiting:
        count = max(1, BATCH_POSITIONS // len(waiting[0]))
        taken, waiting = waiting[:count], waiting[count:]
        ids = numpy.zeros((len(taken), len(taken[0])), dtype=numpy.int64)
        mask = numpy.zeros_like(ids)
        for index, row in enumerate(taken):
            ids[index, :len(row)], mask[index, :len(row)] = row, 1
        found.append((ids, mask))
    return found


class OpenVINO:
    """The ONNX file as OpenVINO itself reads it."""

    def __init__(self, base, graph, precision):
        import openvino

        core = openvino.Core()
        settings = {
            "PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": "1", "NUM_STREAMS": "1", "ENABLE_CPU_PINNING": "NO"}
        if precision == "f32":
            settings["INFERENCE_PRECISION_HINT"] = "f32"
        self.request = core.compile_model(core.read_model(graph), "CPU", settings).create_infer_request()
        self.version = f"OpenVINO {openvino.__version__.split('-')[0]}"

    def run(self, ids, mask):
        return self.request.infer([ids, mask])[0]


class ONNXRuntime:
    """The ONNX file with every optimisation that a session makes by itself."""

    def __init__(self, base, graph, precision):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        self.session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self.version = f"ONNX Runtime {onnxruntime.__version__}"

    def run(self, ids, mask):
        return self.session.run(None, {"input_ids": ids, "attention_mask": mask})[0]


class SentenceTransformers:
    """The modules that `encode` runs after tokenizing."""

    def __init__(self, base, graph, precision):
        import sentence_transformers
        import torch

        torch.set_num_threads(1)
        self.torch = torch
        self.model = sentence_transformers.SentenceTransformer(base, device="cpu").eval()
        self.version = f"sentence-transformers {sentence_transformers.__version__} (torch {torch.__version__})"

    def run(self, ids, mask):
        with self.torch.inference_mode():
            features = {"input_ids": self.torch.from_numpy(ids), "attention_mask": self.torch.from_numpy(mask)}
            return self.model(features)["sentence_embedding"].numpy()


class Embedder:
    def __init__(self, kind, base, graph, rows, precision):
        self.rows = json.loads(pathlib.Path(rows).read_text())
        self.model = kind(base, graph, precision)
        self.version = self.model.version
        for ids, mask in batches(self.rows[min(self.rows, key=int)]):
            self.model.run(ids, mask)

    def answer(self, ask):
        rows = self.rows[str(ask["tokens"])]
        if ask["ask"] == "run":
            return times(ask["count"], lambda: [self.model.run(*batch) for batch in batches(rows)])
        if ask["ask"] == "embedding":
            # The last window of a text is the shortest: the last row of the last batch.
            return {"embedding": self.model.run(*batches(rows)[-1])[-1].tolist()}
        return None


class Tokenizers:
    """The Rust package, with offsets, without the cutting and padding that the model's file asks for."""

    def __init__(self, base):
        import tokenizers

        self.tokenizer = tokenizers.Tokenizer.from_file(f"{base}/tokenizer.json")
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        self.version = f"tokenizers {tokenizers.__version__}"

    def answer(self, ask):
        if ask["ask"] != "tokenize":
            return None
        texts, encode = ask["texts"], self.tokenizer.encode
        tokens = sum(len(encode(text).ids) for text in texts)
        return times(ask["count"], lambda: [encode(text) for text in texts]) | {"tokens": tokens}


class Matrix:
    """Single-precision products of the shapes of one encoder layer, by the libraries that exist for it."""

    def __init__(self, base):
        import numpy
        import torch

        torch.set_num_threads(1)
        self.numpy, self.torch = numpy, torch
        shape = json.loads(pathlib.Path(base, "config.json").read_text())
        hidden, inner = shape["hidden_size"], shape["intermediate_size"]
        self.shapes = [(hidden, hidden)] * 4 + [(hidden, inner), (inner, hidden)]
        self.version = f"numpy {numpy.__version__}, torch {torch.__version__}"

    def answer(self, ask):
        if ask["ask"] != "limit":
            return None
        numpy, torch, rows = self.numpy, self.torch, ask["rows"]
        random = numpy.random.default_rng(1)
        work = [
            (random.random((rows, k), dtype="f"), random.random((k, n), dtype="f"), numpy.empty((rows, n), "f"))
            for k, n in self.shapes]
        tensors = [tuple(map(torch.from_numpy, each)) for each in work]
        libraries = {
            "numpy": lambda: [numpy.matmul(a, b, out=c) for a, b, c in work],
            "torch": lambda: [torch.mm(a, b, out=c) for a, b, c in tensors],
        }
        operations = sum(2 * rows * k * n for k, n in self.shapes)
        speeds = {}
        for name, product in libraries.items():
            times(3, product)
            speeds[name] = operations / statistics.median(times(ask["count"], product)["milliseconds"]) / 1e6
        return {"gigaflops": speeds}


def times(count, work):
    """Wall time of each run, and the processor's time for all of them together."""
    found, processor = [], time.process_time()
    for _ in range(count):
        start = time.perf_counter()
        work()
        found.append((time.perf_counter() - start) * 1e3)
    return {"milliseconds": found, "processor_milliseconds": (time.process_time() - processor) * 1e3}


EMBEDDERS = {"openvino": OpenVINO, "onnxruntime": ONNXRuntime, "sentence-transformers": SentenceTransformers}


def main(kind, base, *more):
    if kind == "export":
        return export(base, *more)
    # Libraries write where they like; answers have a way of their own.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    if kind in EMBEDDERS:
        contender = Embedder(EMBEDDERS[kind], base, *more)
    else:
        contender = {"tokenizers": Tokenizers, "matrix": Matrix}[kind](base)
    print(json.dumps({"ready": True, "version": contender.version}), file=answers)
    for line in sys.stdin:
        answer = contender.answer(json.loads(line))
        print(json.dumps(answer or {"error": "this is asked of another contender"}), file=answers)


if __name__ == "__main__":
    main(*sys.argv[1:])
