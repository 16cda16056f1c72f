"""Makes small encoders with random weights and what `transformers` says of them.

usage: make_fixtures.py DIRECTORY [--size tiny|small]

Each sub-directory is a model as Hugging Face stores it (or a bundle), with an `expected.json`:
{"cases": [{"options": {...}, "rows": [{"ids": [...], "embedding": [...], "logits": [[...]], "tokens": [[...]]}]}]}.
Rows of one case differ in length, so running them as one batch also checks padding.
Needs torch, transformers, tokenizers and safetensors; onnx too for the ONNX models, which are left out without it.
"""
import argparse
import json
import math
import os

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertForTokenClassification,
    BertModel,
    ModernBertConfig,
    ModernBertForSequenceClassification,
    ModernBertForTokenClassification,
    ModernBertModel,
)

SIZES = {
    "tiny": dict(hidden=16, heads=2, inner=32, vocabulary=48, layers=3, modern_layers=5, reach=4, lengths=[2, 9, 23, 40]),
    "small": dict(hidden=96, heads=4, inner=160, vocabulary=500, layers=4, modern_layers=7, reach=16,
                  lengths=[2, 31, 64, 127, 300]),
}


def randomize(model, seed):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if "norm" in name.lower() and name.endswith("weight"):
                parameter.copy_(1 + 0.2 * noise)
            elif parameter.dim() == 2 and "embedding" not in name:
                parameter.copy_(0.7 * noise / math.sqrt(parameter.shape[1]))
            else:
                parameter.copy_(0.3 * noise)
    return model.eval()


def write_json(path, value):
    with open(path, "w") as file:
        json.dump(value, file, separators=(",", ":"), sort_keys=True)
        file.write("\n")


def rounded(tensor):
    return [float(f"{value:.6g}") for value in tensor.flatten().tolist()]


def rows(size, lengths, seed):
    generator = torch.Generator().manual_seed(seed)
    return [torch.randint(4, size["vocabulary"], (1, length), generator=generator) for length in lengths]


def write_tokenizer(directory, vocabulary):
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"] + [chr(ord("a") + i) for i in range(26)]
    words += ["##" + chr(ord("a") + i) for i in range(vocabulary - len(words)) if i < 26]
    words += [f"word{i}" for i in range(vocabulary - len(words))]
    tokenizer = Tokenizer(models.WordPiece({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.save(f"{directory}/tokenizer.json")


def save(model, directory, size, prefix="", dtype=None):
    os.makedirs(directory, exist_ok=True)
    state = {prefix + name: value.detach().clone().contiguous() for name, value in model.state_dict().items()
             if not name.endswith("position_ids")}
    if dtype is not None:
        state = {name: value.to(dtype) for name, value in state.items()}
    save_file(state, f"{directory}/model.safetensors")
    configuration = model.config.to_dict()
    configuration["architectures"] = [type(model).__name__]
    write_json(f"{directory}/config.json", configuration)
    write_tokenizer(directory, size["vocabulary"])
    if dtype is not None:
        model.load_state_dict({name: value.to(dtype).float() for name, value in model.state_dict().items()})


def mean_embedding(hidden, dimension=None):
    return torch.nn.functional.normalize(hidden.mean(1)[:, :dimension], dim=-1)[0]


def embedding_case(model, inputs, options=None, layers=None, dimension=None):
    found = []
    for ids in inputs:
        output = model(ids, output_hidden_states=True)
        hidden = output.last_hidden_state
        if layers is not None and layers < model.config.num_hidden_layers:
            hidden = model.final_norm(output.hidden_states[layers])
        found.append({"ids": ids[0].tolist(), "embedding": rounded(mean_embedding(hidden, dimension))})
    return {"options": options or {}, "rows": found}


def head_case(model, inputs, is_token, options=None):
    found = []
    for ids in inputs:
        logits = rounded(model(ids, attention_mask=torch.ones_like(ids)).logits)
        found.append({"ids": ids[0].tolist(), "tokens" if is_token else "logits": [logits]})
    return {"options": options or {}, "rows": found}


def bert_configuration(size, **extra):
    return BertConfig(
        vocab_size=size["vocabulary"], hidden_size=size["hidden"], num_hidden_layers=size["layers"],
        num_attention_heads=size["heads"], intermediate_size=size["inner"], max_position_embeddings=512,
        pad_token_id=0, attn_implementation="eager", **extra)


def modern_configuration(size, **extra):
    values = dict(
        vocab_size=size["vocabulary"], hidden_size=size["hidden"], num_hidden_layers=size["modern_layers"],
        num_attention_heads=size["heads"], intermediate_size=size["inner"], max_position_embeddings=512,
        local_attention=2 * size["reach"], pad_token_id=0, bos_token_id=2, eos_token_id=3, cls_token_id=2, sep_token_id=3,
        attn_implementation="eager")
    return ModernBertConfig(**{**values, **extra})


def make_bert(root, size, inputs):
    model = randomize(BertModel(bert_configuration(size)), 1)
    save(model, f"{root}/bert-embedding", size)
    write_json(f"{root}/bert-embedding/expected.json", {"cases": [embedding_case(model, inputs)]})
    for dtype, name in [(torch.float16, "f16"), (torch.bfloat16, "bf16")]:
        model = randomize(BertModel(bert_configuration(size)), 2)
        save(model, f"{root}/bert-{name}", size, dtype=dtype)
        write_json(f"{root}/bert-{name}/expected.json", {"cases": [embedding_case(model, inputs)]})
    labels = {0: "first", 1: "second", 2: "third"}
    configuration = bert_configuration(size, id2label=labels, label2id={v: k for k, v in labels.items()})
    model = randomize(BertForSequenceClassification(configuration), 3)
    save(model, f"{root}/bert-sequence", size)
    cases = [head_case(model, inputs, False)]
    cases.append(make_adapter(root, model, size, inputs))
    write_json(f"{root}/bert-sequence/expected.json", {"cases": cases})
    model = randomize(BertForTokenClassification(configuration), 4)
    save(model, f"{root}/bert-token", size)
    write_json(f"{root}/bert-token/expected.json", {"cases": [head_case(model, inputs, True)]})


def make_adapter(root, model, size, inputs):
    directory = f"{root}/bert-sequence/adapter"
    os.makedirs(directory, exist_ok=True)
    generator = torch.Generator().manual_seed(5)
    rank, alpha, tensors = 3, 6, {}
    state = model.state_dict()
    targets = [name for name in state if name.endswith(("query.weight", "value.weight", "intermediate.dense.weight"))]
    for name in targets:
        out, width = state[name].shape
        down = 0.3 * torch.randn(rank, width, generator=generator)
        up = 0.3 * torch.randn(out, rank, generator=generator)
        stem = "base_model.model." + name.removesuffix(".weight")
        tensors[f"{stem}.lora_A.weight"], tensors[f"{stem}.lora_B.weight"] = down, up
        state[name] = state[name] + alpha / rank * up @ down
    for name in ["classifier.weight", "classifier.bias"]:
        state[name] = torch.randn(state[name].shape, generator=generator)
        tensors[f"base_model.model.{name}"] = state[name].clone()
    save_file(tensors, f"{directory}/adapter_model.safetensors")
    write_json(f"{directory}/adapter_config.json", {
        "peft_type": "LORA", "r": rank, "lora_alpha": alpha, "lora_dropout": 0.1,
        "target_modules": ["query", "value", "intermediate.dense"], "modules_to_save": ["classifier"]})
    merged = BertForSequenceClassification(model.config).eval()
    merged.load_state_dict(state)
    return head_case(merged, inputs, False, {"adapter": "adapter"})


def make_modern(root, size, inputs):
    model = randomize(ModernBertModel(modern_configuration(size)), 11)
    save(model, f"{root}/modern-embedding", size)
    half, middle = size["hidden"] // 2, size["modern_layers"] - 2
    write_json(f"{root}/modern-embedding/expected.json", {"cases": [
        embedding_case(model, inputs),
        embedding_case(model, inputs, {"layers": middle, "dimension": half}, middle, half)]})
    # Windows beyond 1,024 positions use attention in blocks.
    model = randomize(ModernBertModel(modern_configuration(size, max_position_embeddings=8192, norm_bias=True,
                                                           attention_bias=True, mlp_bias=True)), 12)
    save(model, f"{root}/modern-long", size, prefix="_orig_mod.model.")
    long = inputs + rows(size, [8 * size["reach"], 8 * size["reach"] + 1], 13)
    if size is SIZES["small"]:
        long += rows(size, [1500], 14)
    write_json(f"{root}/modern-long/expected.json", {"cases": [embedding_case(model, long)]})
    for pooling in ["mean", "cls"]:
        configuration = modern_configuration(size, classifier_pooling=pooling, num_labels=4)
        model = randomize(ModernBertForSequenceClassification(configuration), 15)
        save(model, f"{root}/modern-{pooling}", size)
        write_json(f"{root}/modern-{pooling}/expected.json", {"cases": [head_case(model, inputs, False)]})
    model = randomize(ModernBertForTokenClassification(modern_configuration(size, num_labels=3)), 16)
    save(model, f"{root}/modern-token", size)
    write_json(f"{root}/modern-token/expected.json", {"cases": [head_case(model, inputs, True)]})


def make_bundle(root, size, inputs):
    directory, shared, tuned = f"{root}/bundle", size["layers"] - 1, 2
    base = randomize(BertModel(bert_configuration(size)), 21)
    save(base, f"{directory}/base", size)
    branch = randomize(BertModel(bert_configuration(size)), 22)
    generator = torch.Generator().manual_seed(23)
    tensors = {}
    for index in range(tuned):
        for name, value in branch.encoder.layer[index].state_dict().items():
            tensors[f"encoder.layer.{shared + index}.{name}"] = value.half()
    width, heads = size["hidden"], []
    for name, kind, classes in [("topic", "sequence", 5), ("risk", "sequence", 2), ("names", "token", 3)]:
        shapes = {"dense.weight": (width, width), "dense.bias": (width,), "classifier.weight": (classes, width),
                  "classifier.bias": (classes,)}
        if kind == "sequence":
            shapes["attention.weight"] = (1, width)
        for part, shape in shapes.items():
            tensors[f"heads.{name}.{part}"] = (torch.randn(shape, generator=generator) / math.sqrt(width)).half()
        heads.append({"name": name, "kind": kind, "labels": [f"label{i}" for i in range(classes)], "temperature": 1.5,
                      "window_pooling": "max" if name == "risk" else "mean"} | ({"pooling": "attention"} if kind == "sequence" else {}))
    heads[1]["strength"] = {"recall_at_1_percent_fpr": 0.9, "over_block_rate": 0.05, "measured_on": "random numbers"}
    save_file(tensors, f"{directory}/classification.safetensors")
    write_json(f"{directory}/encoder.json", {
        "format": 1, "name": "fixture", "version": "3", "base": "base", "shared_layers": shared, "languages": ["en"],
        "maximum_unknown_share": 0.15, "window": 64, "overlap": 16,
        "embedding": {"pooling": "mean", "normalize": True, "dimension": width},
        "classification": {"weights": "classification.safetensors", "layers": tuned}, "heads": heads})
    found = []
    for ids in inputs:
        output = base(ids, output_hidden_states=True)
        hidden = output.hidden_states[shared]
        for index in range(tuned):
            layer = branch.encoder.layer[index]
            layer.load_state_dict({k: v.half().float() for k, v in layer.state_dict().items()})
            answer = layer(hidden)
            hidden = answer[0] if isinstance(answer, tuple) else answer
        value = lambda name: tensors[name].float()
        logits, tokens = [], []
        for head in heads:
            name = f"heads.{head['name']}"
            states = hidden[0]
            if head["kind"] == "sequence":
                states = torch.softmax(states @ value(f"{name}.attention.weight")[0], 0) @ states
            inner = torch.nn.functional.gelu(states @ value(f"{name}.dense.weight").T + value(f"{name}.dense.bias"))
            answer = rounded(inner @ value(f"{name}.classifier.weight").T + value(f"{name}.classifier.bias"))
            (logits if head["kind"] == "sequence" else tokens).append(answer)
        found.append({"ids": ids[0].tolist(), "embedding": rounded(mean_embedding(output.last_hidden_state)),
                      "logits": logits, "tokens": tokens})
    write_json(f"{directory}/expected.json", {"cases": [{"options": {}, "rows": found}]})


def make_onnx(root, size, inputs):
    """A lookup table with a linear classifier, and one whose hidden states are left to be pooled."""
    try:
        from onnx import TensorProto, helper, numpy_helper, save_model
    except ImportError:
        return
    generator = torch.Generator().manual_seed(31)
    width, classes = 8, 3
    table = torch.randn(size["vocabulary"], width, generator=generator)
    kernel = torch.randn(width, classes, generator=generator)
    initial = [numpy_helper.from_array(table.numpy(), "table"), numpy_helper.from_array(kernel.numpy(), "kernel")]
    integers = lambda name: helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
    for name in ["onnx-sequence", "onnx-embedding"]:
        is_head = name == "onnx-sequence"
        nodes = [helper.make_node("Gather", ["table", "input_ids"], ["found"]),
                 helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
                 helper.make_node("Unsqueeze", ["mask", "axis"], ["column"]),
                 helper.make_node("Mul", ["found", "column"], ["last_hidden_state"])]
        constants = initial + [helper.make_tensor("axis", TensorProto.INT64, [1], [2])]
        if is_head:
            constants.append(helper.make_tensor("positions", TensorProto.INT64, [1], [1]))
            nodes += [helper.make_node("ReduceSum", ["last_hidden_state", "positions"], ["sum"], keepdims=0),
                      helper.make_node("MatMul", ["sum", "kernel"], ["logits"])]
            output = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", classes])
        else:
            output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch", "length", width])
        graph = helper.make_graph(nodes, "fixture", [integers("input_ids"), integers("attention_mask")], [output], constants)
        directory = f"{root}/{name}"
        os.makedirs(f"{directory}/onnx", exist_ok=True)
        save_model(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8),
                   f"{directory}/onnx/model.onnx")
        write_tokenizer(directory, size["vocabulary"])
        write_json(f"{directory}/config.json", {
            "model_type": "bert", "vocab_size": size["vocabulary"], "hidden_size": width, "num_hidden_layers": 1,
            "num_attention_heads": 1, "intermediate_size": width, "max_position_embeddings": 512, "pad_token_id": 0,
            "architectures": ["BertForSequenceClassification" if is_head else "BertModel"]}
            | ({"id2label": {str(i): f"class{i}" for i in range(classes)}} if is_head else {}))
        found = []
        for ids in inputs:
            states = table[ids[0]]
            found.append({"ids": ids[0].tolist()} | ({"logits": [rounded(states.sum(0) @ kernel)]} if is_head
                         else {"embedding": rounded(mean_embedding(states[None]))}))
        write_json(f"{directory}/expected.json", {"cases": [{"options": {}, "rows": found}]})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory")
    parser.add_argument("--size", choices=SIZES, default="tiny")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    size = SIZES[arguments.size]
    inputs = rows(size, size["lengths"], 0)
    with torch.no_grad():
        make_bert(arguments.directory, size, inputs)
        make_modern(arguments.directory, size, inputs)
        make_bundle(arguments.directory, size, inputs)
        make_onnx(arguments.directory, size, inputs)


if __name__ == "__main__":
    main()
