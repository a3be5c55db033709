"""What the nets learn from: texts as numbers, side by side, and in every round new ones."""

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from torch import Tensor

from appliance.redaction.features import Reader
from appliance.redaction.learning.compose import messages
from appliance.redaction.learning.dataset import read
from appliance.redaction.learning.posts import caution, is_post, public_rows, renamed
from appliance.redaction.learning.written import POSTS, WRITTEN, drawn
from appliance.redaction.lexicon import Lexicon
from appliance.redaction.net import Buckets
from appliance.redaction.usage import NOWHERE
from appliance.redaction.values import Label

HARMLESS_TAGS = ("O", "X")
TAGS = (*HARMLESS_TAGS, *(f"{place}-{label}" for label in Label for place in "BI"))
# In hand-written texts what may go either way teaches nothing, and what is harmless need not be told from it.
UNTAUGHT, HARMLESS = -1, len(TAGS)
HELPERS = 2
BATCH = 32
# How much of the public texts a round brings, as they stand and in lower case.
AS_WRITTEN, LOWERED = 0.8, 0.3
# How often a feature is withheld while a net learns, how often the word itself, how often what the table of usage says.
FEATURE_WITHHELD, WORD_WITHHELD, USAGE_WITHHELD = 0.08, 0.2, 0.1


@dataclass(frozen=True, slots=True)
class Example:
    """A text to learn from."""

    flat: np.ndarray = field(repr=False)  # the bucket of each feature of all tokens
    sizes: np.ndarray = field(repr=False)  # how many of them each token has
    usage: np.ndarray = field(repr=False)  # each token's row in the table of usage
    tags: np.ndarray = field(repr=False)
    post: bool  # whether it is a post or a comment in public
    caution: float  # how much heavier a false alarm weighs than elsewhere

    def __len__(self) -> int:
        return len(self.tags)


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts side by side, B of them, T tokens at most, N in all."""

    flat: Tensor  # the bucket of each feature of each token
    begins: Tensor  # (N,), where in `flat` each token's features begin
    usage: Tensor  # (N,), rows of the table of usage
    places: Tensor  # (N,), where in B x T each token stands
    shape: tuple[int, int]  # B, T


def examples(rows: Iterable[dict[str, Any]]) -> list[Example]:
    reader = Reader.load(Lexicon.load())
    known = {tag: place for place, tag in enumerate(TAGS)}
    loosely = known | {"O": HARMLESS, "X": UNTAUGHT}
    bucket = Buckets().__getitem__
    out: list[Example] = []
    for row in rows:
        text = read(row, reader)
        if text.tags:
            told = [(*word.own, *more) for word, more in zip(text.words, text.rows, strict=True)]
            flat = [bucket(each) for token in told for each in token]
            places = loosely if row["id"].startswith(WRITTEN) else known
            arrays = map(len, told), (word.usage for word in text.words), (places[tag] for tag in text.tags)
            kind = is_post(row["id"]), caution(row["id"], row["text"])
            out.append(Example(np.array(flat, np.int32), *(np.array([*each]) for each in arrays), *kind))
    return out


def batches(texts: Sequence[Example], size: int, random: Random) -> Iterator[list[Example]]:
    """Texts of like length together, the groups in any order."""
    order = sorted(texts, key=lambda text: len(text) + random.random() * 6)
    groups = [order[place : place + size] for place in range(0, len(order), size)]
    random.shuffle(groups)
    yield from groups


def side_by_side(group: Sequence[Example]) -> Batch:
    """Texts with all that is known of them."""
    longest = max(map(len, group))
    sizes = np.concatenate([text.sizes for text in group])
    arrays = (
        np.concatenate([text.flat for text in group]).astype(np.int64),
        np.concatenate([[0], np.cumsum(sizes)[:-1]]),
        np.concatenate([text.usage for text in group]),
        np.concatenate([line * longest + np.arange(len(text)) for line, text in enumerate(group)]),
    )
    return Batch(*map(torch.from_numpy, arrays), (len(group), longest))


def withheld(batch: Batch, random: np.random.Generator) -> Batch:
    """The same with some of what is known of each token withheld, and often the word itself, its first feature."""
    flat, begins = batch.flat.numpy(), batch.begins.numpy()
    kept = random.random(len(flat)) > FEATURE_WITHHELD
    kept[begins[random.random(len(begins)) < WORD_WITHHELD]] = False
    moved = np.concatenate([[0], np.cumsum(np.add.reduceat(kept, begins))[:-1]])
    usage = np.where(random.random(len(begins)) < USAGE_WITHHELD, NOWHERE, batch.usage.numpy())
    return Batch(*map(torch.from_numpy, (flat[kept], moved, usage)), batch.places, batch.shape)


@dataclass(frozen=True, slots=True)
class Order:
    """Texts that a helper process is to invent, draw and read: features are most of the work.

    So many `made` anew, hand-written ones to shops so many `times`, a share of them `marked` as posts are, and posts once;
    of the public ones that name people so many about `others`.
    """

    made: int
    times: int
    others: float
    texts: Path
    data: Path
    marked: float = 0
    seed: int = 0

    def fulfil(self) -> list[Example]:
        to_shops = drawn(self.times, self.seed, folder=self.texts, marked=self.marked)
        in_public = drawn(1, self.seed, folder=self.texts / POSTS)
        about_others = renamed(self.data, self.seed, self.others)
        return examples(chain(messages(self.made, self.seed), to_shops, in_public, about_others))


@dataclass(frozen=True, slots=True)
class Lessons:
    """Where the nets' texts come from: of every round a new `order`, and most of the public ones, some in lower case, so
    many times.
    """

    as_written: Sequence[Example] = field(repr=False)
    lower: Sequence[Example] = field(repr=False)
    order: Order
    public_times: int = 1

    @staticmethod
    def of(order: Order) -> "Lessons":
        as_written, lower = (examples(public_rows(order.data, lower=each)) for each in (False, True))
        return Lessons(as_written, lower, order)

    def rounds(self, count: int, seed: int) -> Iterator[list[list[Example]]]:
        """The batches of each round. Helpers are no more than a round or two ahead."""
        random = Random(seed)
        orders = (replace(self.order, seed=seed * 1000 + turn) for turn in range(count))
        with multiprocessing.get_context("spawn").Pool(HELPERS) as helpers:
            ahead = deque(helpers.apply_async(order.fulfil) for order in islice(orders, HELPERS))
            while ahead:
                texts = ahead.popleft().get()
                ahead.extend(helpers.apply_async(order.fulfil) for order in islice(orders, 1))
                for _ in range(self.public_times):
                    texts += [*_some(self.as_written, AS_WRITTEN, random), *_some(self.lower, LOWERED, random)]
                yield list(batches(texts, BATCH, random))


def _some(texts: Sequence[Example], share: float, random: Random) -> list[Example]:
    return [text for text in texts if random.random() < share]
