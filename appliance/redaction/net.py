"""The second learnt reader: a small convolutional net over hashed features, run in numpy."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

BUCKETS: Final = 1 << 16
# Feature texts whose bucket is remembered; the rest are hashed again.
_REMEMBERED: Final = 60_000
_WORDS: Final = 6_000
# Rows of a product done at once: 32 x 64 x 128 stays within 4 x 65,536 multiplications.
_SLICE: Final = 32
Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Layer:
    """A gated convolution with a short cut, over the token and those `apart` tokens to its left and right."""

    weight: Numbers = field(repr=False)
    bias: Numbers = field(repr=False)
    apart: int

    def run(self, rows: Numbers) -> Numbers:
        width, apart = rows.shape[1], self.apart
        # What the token itself gives, and what it gives to the tokens `apart` to its right and left.
        both = _times(rows, self.weight[width : 2 * width]) + self.bias
        both[apart:] += _times(rows, self.weight[:width])[:-apart]
        both[:-apart] += _times(rows, self.weight[2 * width :])[apart:]
        gate = 1 / (1 + np.exp(-both[:, width:]))
        return _normal(rows + both[:, :width] * gate)


@dataclass(slots=True)
class Net:
    """Chances of each tag for each token."""

    tags: tuple[str, ...]
    table: Numbers = field(repr=False)
    layers: tuple[Layer, ...] = field(repr=False)
    whole: Numbers = field(repr=False)
    out: Numbers = field(repr=False)
    out_bias: Numbers = field(repr=False)
    _buckets: dict[str, int] = field(default_factory=dict, repr=False)
    _words: dict[tuple[str, ...], Numbers] = field(default_factory=dict, repr=False)

    @staticmethod
    def of(arrays: dict[str, Any], tags: Sequence[str], apart: Sequence[int]) -> "Net":
        """A net out of stored arrays; the table is kept as whole numbers with a scale for each row."""
        table = arrays["table"].astype(np.float32) * arrays["scale"][:, None]
        layers = tuple(
            Layer(arrays[f"weight{index}"].astype(np.float32), arrays[f"bias{index}"].astype(np.float32), step)
            for index, step in enumerate(apart)
        )
        rest = (arrays[name].astype(np.float32) for name in ("whole", "out", "out_bias"))
        return Net(tuple(tags), table, layers, *rest)

    def chances(self, rows: Sequence[Sequence[str]], own: Sequence[tuple[str, ...]]) -> Numbers:
        """One line for each token, one column for each tag. A row begins with what the word itself tells, its `own`."""
        flat: list[int] = []
        begins: list[int] = []
        for row, word in zip(rows, own, strict=True):
            begins.append(len(flat))
            flat += [self._bucket(feature) for feature in row[len(word) :]]
        words = np.stack([self._word(word) for word in own])
        state = _normal(words + np.add.reduceat(self.table[flat], begins, axis=0))
        state = _normal(state + np.maximum(state.max(axis=0) @ self.whole, 0))
        for layer in self.layers:
            state = layer.run(state)
        scores = state @ self.out + self.out_bias
        scores -= scores.max(axis=1, keepdims=True)
        likely = np.exp(scores)
        result: Numbers = likely / likely.sum(axis=1, keepdims=True)
        return result

    def _bucket(self, feature: str) -> int:
        bucket = self._buckets.get(feature)
        if bucket is None:
            bucket = crc32(feature.encode()) % BUCKETS
            if len(self._buckets) < _REMEMBERED:
                self._buckets[feature] = bucket
        return bucket

    def _word(self, own: tuple[str, ...]) -> Numbers:
        """The sum of what a word tells by itself; the same words come again and again."""
        known = self._words.get(own)
        if known is not None:
            return known
        total: Numbers = np.add.reduce(self.table[[self._bucket(feature) for feature in own]], axis=0)
        if len(self._words) < _WORDS:
            self._words[own] = total
        return total


def _times(rows: Numbers, weight: Numbers) -> Numbers:
    """A product in slices so small that the library under numpy starts no threads: they cost more than they bring."""
    slices = [rows[place : place + _SLICE] @ weight for place in range(0, len(rows), _SLICE)]
    return np.concatenate(slices) if len(slices) > 1 else slices[0]


def _normal(rows: Numbers) -> Numbers:
    share = np.float32(1 / rows.shape[1])
    centred = rows - np.add.reduce(rows, axis=1, keepdims=True) * share
    spread = np.einsum("ij,ij->i", centred, centred)[:, None] * share
    result: Numbers = centred / np.sqrt(spread + np.float32(1e-5))
    return result
