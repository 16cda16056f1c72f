"""The frozen trunk, the tuned branch and the heads. Tensor names are those of a BERT checkpoint."""

from pathlib import Path

import json
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

from labels import HEADS


class Layer(nn.Module):
    """One post-norm BERT encoder layer; parameter names as in `encoder.layer.{i}`."""

    def __init__(self, config: dict, dropout: float = 0.0):
        super().__init__()
        width, inner, epsilon = config["hidden_size"], config["intermediate_size"], config["layer_norm_eps"]
        self.heads = config["num_attention_heads"]
        self.dropout = nn.Dropout(dropout)
        self.attention = nn.Module()
        inside = nn.Module()
        inside.query, inside.key, inside.value = (nn.Linear(width, width) for _ in range(3))
        self.attention.add_module("self", inside)
        self.attention.output = nn.Module()
        self.attention.output.dense = nn.Linear(width, width)
        self.attention.output.LayerNorm = nn.LayerNorm(width, eps=epsilon)
        self.intermediate = nn.Module()
        self.intermediate.dense = nn.Linear(width, inner)
        self.output = nn.Module()
        self.output.dense = nn.Linear(inner, width)
        self.output.LayerNorm = nn.LayerNorm(width, eps=epsilon)

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """`hidden` [rows, tokens, width], `mask` boolean [rows, tokens]."""
        rows, count, width = hidden.shape
        inside = getattr(self.attention, "self")
        query, key, value = (
            projection(hidden).view(rows, count, self.heads, width // self.heads).transpose(1, 2)
            for projection in (inside.query, inside.key, inside.value)
        )
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=mask[:, None, None, :])
        mixed = mixed.transpose(1, 2).reshape(rows, count, width)
        output = self.attention.output
        hidden = output.LayerNorm(hidden + self.dropout(output.dense(mixed)))
        inner = F.gelu(self.intermediate.dense(hidden))
        return self.output.LayerNorm(hidden + self.dropout(self.output.dense(inner)))


class Base(nn.Module):
    """The published sentence encoder, never trained: embeddings and all layers."""

    def __init__(self, directory: Path):
        super().__init__()
        self.config = json.loads((directory / "config.json").read_text())
        tensors = load_file(str(directory / "model.safetensors"))
        self.tensors = {name.removeprefix("bert."): tensor.float() for name, tensor in tensors.items()}
        width = self.config["hidden_size"]
        self.word = nn.Embedding.from_pretrained(self.tensors["embeddings.word_embeddings.weight"])
        self.position = nn.Embedding.from_pretrained(self.tensors["embeddings.position_embeddings.weight"])
        self.register_buffer("kind", self.tensors["embeddings.token_type_embeddings.weight"][0])
        self.norm = nn.LayerNorm(width, eps=self.config["layer_norm_eps"])
        self.norm.weight.data = self.tensors["embeddings.LayerNorm.weight"]
        self.norm.bias.data = self.tensors["embeddings.LayerNorm.bias"]
        self.layers = nn.ModuleList(self.layer(i) for i in range(self.config["num_hidden_layers"]))
        self.requires_grad_(False).eval()

    def layer(self, index: int, dropout: float = 0.0) -> Layer:
        """A fresh copy of base layer `index`."""
        layer = Layer(self.config, dropout)
        prefix = f"encoder.layer.{index}."
        layer.load_state_dict(
            {name.removeprefix(prefix): t.clone() for name, t in self.tensors.items() if name.startswith(prefix)}
        )
        return layer

    @torch.no_grad()
    def forward(self, ids: torch.Tensor, mask: torch.Tensor, first: int = 0, last: int | None = None) -> torch.Tensor:
        """Hidden states after layer `last` (exclusive) of token ids [rows, tokens]."""
        positions = torch.arange(ids.shape[1], device=ids.device)
        hidden = self.norm(self.word(ids) + self.position(positions)[None] + self.kind)
        for layer in self.layers[first:last]:
            hidden = layer(hidden, mask)
        return hidden

    @torch.no_grad()
    def embedding(self, hidden: torch.Tensor, mask: torch.Tensor, start: int) -> torch.Tensor:
        """Sentence embedding: layers from `start` on, mean over tokens, length one."""
        for layer in self.layers[start:]:
            hidden = layer(hidden, mask)
        weights = mask[:, :, None].float()
        return F.normalize((hidden * weights).sum(1) / weights.sum(1), dim=-1)


class SequenceHead(nn.Module):
    """Attention pooling over all tokens, one hidden layer, one classifier."""

    def __init__(self, width: int, classes: int):
        super().__init__()
        self.attention = nn.Linear(width, 1, bias=False)
        self.dense = nn.Linear(width, width)
        self.classifier = nn.Linear(width, classes)
        self.dropout = nn.Dropout(0.1)
        nn.init.zeros_(self.attention.weight)

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        scores = self.attention(hidden).squeeze(-1).masked_fill(~mask, float("-inf"))
        pooled = (scores.softmax(-1)[:, :, None] * hidden).sum(1)
        return self.classifier(self.dropout(F.gelu(self.dense(self.dropout(pooled)))))


class TokenHead(nn.Module):
    """One hidden layer and one classifier at every token."""

    def __init__(self, width: int, classes: int):
        super().__init__()
        self.dense = nn.Linear(width, width)
        self.classifier = nn.Linear(width, classes)
        self.dropout = nn.Dropout(0.1)

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return self.classifier(self.dropout(F.gelu(self.dense(self.dropout(hidden)))))


class Branch(nn.Module):
    """`count` tuned layers on the trunk's hidden states after layer `shared`, and every head.

    `origin` is the base layer the first tuned layer starts from.
    """

    def __init__(self, base: Base, shared: int, count: int, origin: int | None = None, dropout: float = 0.1):
        super().__init__()
        self.shared, self.count = shared, count
        origin = shared if origin is None else origin
        self.encoder = nn.Module()
        self.encoder.layer = nn.ModuleDict(
            {str(shared + i): base.layer(origin + i, dropout) for i in range(count)}
        )
        width = base.config["hidden_size"]
        self.heads = nn.ModuleDict(
            {
                head.name: (TokenHead if head.kind == "token" else SequenceHead)(width, len(head.labels))
                for head in HEADS.values()
            }
        )

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        for layer in self.encoder.layer.values():
            hidden = layer(hidden, mask)
        return hidden
