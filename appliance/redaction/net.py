"""The learnt reader: small convolutional nets over hashed features, run side by side in numpy."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from appliance.redaction.features import LONGEST, REMEMBERED, Word
from appliance.redaction.usage import Numbers, Usage

BUCKETS: Final = 1 << 16
# Feature texts whose bucket is remembered; the rest are hashed again.
_REMEMBERED: Final = 60_000
DENSE: Final = ("whole", "out", "out_bias", "meaning")


@dataclass(frozen=True, slots=True)
class Layer:
    """A gated convolution with a short cut, over the token and those `apart` tokens to its left and right."""

    weight: Numbers = field(repr=False)
    bias: Numbers = field(repr=False)
    apart: int

    @staticmethod
    def of(weight: Numbers, bias: Numbers, apart: int) -> "Layer":
        """Weights are halved once: a gate is 1 / (1 + exp(-x)), which is (1 + tanh(x / 2)) / 2 and quicker so."""
        half = np.float32(0.5)
        return Layer(weight * half, bias * half, apart)

    def run(self, rows: Numbers) -> Numbers:
        nets, count, width = rows.shape
        apart = self.apart
        around = np.zeros((nets, count, 3 * width), np.float32)
        around[:, apart:, :width] = rows[:, :-apart]
        around[:, :, width : 2 * width] = rows
        around[:, :-apart, 2 * width :] = rows[:, apart:]
        both = around @ self.weight
        both += self.bias
        gate = np.tanh(both[:, :, width:])
        gate += 1
        gate *= both[:, :, :width]
        gate += rows
        return _normal(gate)


class Buckets(dict[str, int]):
    """The bucket of each feature; a bounded memory of those met before."""

    def __missing__(self, feature: str) -> int:
        bucket = crc32(feature.encode()) % BUCKETS
        if len(self) < _REMEMBERED:
            self[feature] = bucket
        return bucket


@dataclass(slots=True)
class Net:
    """Chances of each tag for each token: the mean of some nets that run side by side."""

    tags: tuple[str, ...]
    # A row for each bucket: what it says to each net, as whole numbers; `scale` says how big one of them is.
    table: NDArray[np.int8] = field(repr=False)
    scale: Numbers = field(repr=False)
    layers: tuple[Layer, ...] = field(repr=False)
    whole: Numbers = field(repr=False)
    out: Numbers = field(repr=False)
    out_bias: Numbers = field(repr=False)
    # What each direction of a word's vector says to each net.
    meaning: Numbers = field(repr=False)
    usage: Usage = field(repr=False)
    _buckets: Buckets = field(default_factory=Buckets, repr=False)
    _words: dict[str, Numbers] = field(default_factory=dict, repr=False)

    @staticmethod
    def of(arrays: dict[str, Any], tags: Sequence[str], apart: Sequence[int], usage: Usage) -> "Net":
        """Nets out of stored arrays, whose first axis counts the nets."""
        layers = tuple(
            Layer.of(arrays[f"weight{index}"].astype(np.float32), arrays[f"bias{index}"].astype(np.float32), step)
            for index, step in enumerate(apart)
        )
        whole, out, out_bias, meaning = (arrays[name].astype(np.float32) for name in DENSE)
        table, scale = arrays["table"], arrays["scale"][:, None]
        return Net(tuple(tags), table, scale, layers, whole, out, out_bias, meaning, usage)

    def chances(self, words: Sequence[Word], rows: Sequence[Sequence[str]]) -> Numbers:
        """One line for each token, one column for each tag, from its word and from what its place tells."""
        flat: list[int] = []
        begins: list[int] = []
        bucket = self._buckets.__getitem__
        for row in rows:
            begins.append(len(flat))
            flat += map(bucket, row)
        sums = np.add.reduceat(self._rows(flat), begins, axis=0)
        sums += np.concatenate([self._word(word) for word in words]).reshape(sums.shape)
        state = _normal(np.ascontiguousarray(sums.reshape(len(words), len(self.whole), -1).transpose(1, 0, 2)))
        state = _normal(state + np.maximum(state.max(axis=1, keepdims=True) @ self.whole, 0))
        for layer in self.layers:
            state = layer.run(state)
        scores = state @ self.out + self.out_bias
        likely = np.exp(scores - np.maximum.reduce(scores, axis=2, keepdims=True))
        likely /= np.add.reduce(likely, axis=2, keepdims=True) * np.float32(len(self.whole))
        result: Numbers = np.add.reduce(likely, axis=0)
        return result

    def _rows(self, buckets: list[int]) -> Numbers:
        result: Numbers = self.table[buckets] * self.scale[buckets]
        return result

    def _word(self, word: Word) -> Numbers:
        """The sum of what a word tells by itself; the same words come again and again."""
        known = self._words.get(word.text)
        if known is not None:
            return known
        total: Numbers = np.add.reduce(self._rows(list(map(self._buckets.__getitem__, word.own))), axis=0)
        total += self.usage.vector(word.usage) @ self.meaning
        if len(self._words) < REMEMBERED and len(word.text) <= LONGEST:
            self._words[word.text] = total
        return total


def _normal(rows: Numbers) -> Numbers:
    """Each row with a mean square of 1, in its place. Source: "Root Mean Square Layer Normalization" (2019)."""
    size = np.einsum("kij,kij->ki", rows, rows)[:, :, None]
    size *= np.float32(1 / rows.shape[2])
    size += np.float32(1e-5)
    rows /= np.sqrt(size, out=size)
    return rows
