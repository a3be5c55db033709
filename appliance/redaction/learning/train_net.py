"""Trains the net: hashed features, gated convolutions. Needs PyTorch, here and nowhere else."""

import math
import multiprocessing
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any
from zlib import crc32

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from appliance.redaction.features import Reader
from appliance.redaction.learning.compose import messages
from appliance.redaction.learning.dataset import read
from appliance.redaction.learning.public import public_rows, renamed
from appliance.redaction.learning.written import TEXTS, WRITTEN, drawn
from appliance.redaction.lexicon import LEXICA, Lexicon
from appliance.redaction.net import BUCKETS, DENSE
from appliance.redaction.usage import NOWHERE, TABLE, Usage
from appliance.redaction.values import Label

TAGS = ("O", "X", *(f"{place}-{label}" for label in Label for place in "BI"))
# In hand-written texts what may go either way teaches nothing, and what is harmless need not be told from it.
UNTAUGHT, HARMLESS = -1, len(TAGS)
APART = (1, 1, 2, 4)
WIDTH = 64
# Nets that are released: they read side by side, and their mean errs less than each of them.
NETS = 2
# Nets that learn first and then tell those what they make of each text; how much that counts beside what is right.
GUIDES, GUIDED = 4, 0.7
HELPERS = 2
BATCH = 32
SMOOTHED = 0.02
FIRST_RATE, LAST_RATE = 2.5e-3, 1e-4
# The released net is the mean of how it stood at these many moments of the last part of its training: a mean reads
# texts of other hands better than any of the nets it is made of.
MEAN_FROM, MEAN_STEPS = 0.6, 100


@dataclass(frozen=True, slots=True)
class Example:
    """A text to learn from: the buckets of all tokens' features, how many each token has, its word, its tag."""

    flat: np.ndarray = field(repr=False)
    sizes: np.ndarray = field(repr=False)
    words: np.ndarray = field(
        repr=False
    )  # rows of the table of usage; the last one, which is empty, for what is not in it
    tags: np.ndarray = field(repr=False)

    def __len__(self) -> int:
        return len(self.tags)


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts side by side, B of them, T tokens at most, N in all."""

    flat: Tensor  # the bucket of each feature of each token
    begins: Tensor  # (N,), where in `flat` each token's features begin
    words: Tensor  # (N,), rows of the table of usage
    places: Tensor  # (N,), where in B x T each token stands
    shape: tuple[int, int]  # B, T


class Model(nn.Module):
    """The same sums as `appliance.redaction.net`, with what learning needs. The first axis counts the nets."""

    def __init__(self, nets: int, vectors: Tensor) -> None:
        """`vectors` has a row for each word and an empty one; they stay as they are."""
        super().__init__()
        self.nets, self.vectors = nets, vectors
        self.table = nn.EmbeddingBag(BUCKETS, nets * WIDTH, mode="sum", sparse=True)
        nn.init.normal_(self.table.weight, std=0.05)
        self.meaning = nn.Parameter(torch.randn(vectors.shape[1], nets * WIDTH) * 0.15 / math.sqrt(vectors.shape[1]))
        self.weights = nn.ParameterList(_evenly(nets, 3 * WIDTH, 2 * WIDTH) for _ in APART)
        self.biases = nn.ParameterList(nn.Parameter(torch.zeros(nets, 1, 2 * WIDTH)) for _ in APART)
        self.whole = _evenly(nets, WIDTH, WIDTH)
        self.out, self.out_bias = _evenly(nets, WIDTH, len(TAGS)), nn.Parameter(torch.zeros(nets, 1, len(TAGS)))
        self.drop = nn.Dropout(0.2)

    def forward(self, seen: Batch) -> Tensor:
        """Scores of each tag: a line for each net and token."""
        (batch, longest), nets, places = seen.shape, self.nets, seen.places
        bags = self.table(seen.flat, seen.begins) + self.vectors[seen.words] @ self.meaning
        bags = _normal(bags.view(-1, nets, WIDTH).transpose(0, 1))
        empty = torch.zeros(nets, batch * longest, WIDTH)
        state = empty.index_copy(1, places, bags).view(nets, batch, longest, WIDTH)
        there = torch.zeros(batch * longest, 1).index_fill(0, places, 1.0).view(1, batch, longest, 1)
        most = (state + (there - 1) * 1e4).amax(dim=2)
        state = _normal(state + torch.relu(torch.bmm(most, self.whole))[:, :, None]) * there
        for place, apart in enumerate(APART):
            state = state if place % 2 else self.drop(state)
            padded = functional.pad(state, (0, 0, apart, apart))
            around = torch.cat([padded[:, :, : -2 * apart], state, padded[:, :, 2 * apart :]], dim=3)
            both = torch.baddbmm(self.biases[place], around.view(nets, -1, 3 * WIDTH), self.weights[place])
            value, gate = both.view(nets, batch, longest, -1).chunk(2, dim=3)
            state = _normal(state + value * torch.sigmoid(gate)) * there
        last = self.drop(state).view(nets, batch * longest, WIDTH)[:, places]
        return torch.baddbmm(self.out_bias, last, self.out)


def _evenly(nets: int, ins: int, outs: int) -> nn.Parameter:
    return nn.Parameter((torch.rand(nets, ins, outs) * 2 - 1) / math.sqrt(ins))


def _normal(rows: Tensor) -> Tensor:
    return functional.layer_norm(rows, rows.shape[-1:])


def examples(rows: Iterable[dict[str, Any]]) -> list[Example]:
    reader = Reader.load(Lexicon.load())
    known = {tag: place for place, tag in enumerate(TAGS)}
    loosely = known | {"O": HARMLESS, "X": UNTAUGHT}
    buckets: dict[str, int] = {}
    out: list[Example] = []
    for row in rows:
        text = read(row, reader)
        if text.tags:
            told = [(*word.own, *more) for word, more in zip(text.words, text.rows, strict=True)]
            flat = [buckets.setdefault(each, crc32(each.encode()) % BUCKETS) for token in told for each in token]
            words = [len(reader.usage.sums) if word.row == NOWHERE else word.row for word in text.words]
            places = loosely if row["id"].startswith(WRITTEN) else known
            arrays = [len(token) for token in told], words, [places[tag] for tag in text.tags]
            out.append(Example(np.array(flat, np.int32), *map(np.array, arrays)))
    return out


def batches(rows: Sequence[Example], size: int, random: Random) -> Iterator[list[Example]]:
    order = sorted(rows, key=lambda row: len(row) + random.random() * 6)
    groups = [order[place : place + size] for place in range(0, len(order), size)]
    random.shuffle(groups)
    yield from groups


def whole(group: Sequence[Example]) -> Batch:
    """Texts side by side, with all that is known of them."""
    longest = max(map(len, group))
    sizes = np.concatenate([text.sizes for text in group])
    arrays = (
        np.concatenate([text.flat for text in group]).astype(np.int64),
        np.concatenate([[0], np.cumsum(sizes)[:-1]]),
        np.concatenate([text.words for text in group]),
        np.concatenate([line * longest + np.arange(len(text)) for line, text in enumerate(group)]),
    )
    return Batch(*map(torch.from_numpy, arrays), (len(group), longest))


def withheld(batch: Batch, nowhere: int, random: np.random.Generator) -> Batch:
    """The same with a tenth of what is known of a token withheld, and often the word itself, its first feature."""
    flat, begins = batch.flat.numpy(), batch.begins.numpy()
    kept = random.random(len(flat)) > 0.08
    kept[begins[random.random(len(begins)) < 0.2]] = False
    moved = np.concatenate([[0], np.cumsum(np.add.reduceat(kept, begins))[:-1]])
    words = np.where(random.random(len(begins)) < 0.1, nowhere, batch.words.numpy())
    arrays = flat[kept], moved, words
    return Batch(*map(torch.from_numpy, arrays), batch.places, batch.shape)


@dataclass(frozen=True, slots=True)
class Order:
    """Texts that a helper process is to invent, draw and read: features are most of the work."""

    made: int
    times: int
    seed: int
    texts: Path
    data: Path

    def fulfil(self) -> list[Example]:
        drawn_anew = drawn(self.times, self.seed, folder=self.texts), renamed(self.data, self.seed)
        return examples(chain(messages(self.made, self.seed), *drawn_anew))


@dataclass(frozen=True, slots=True)
class Lessons:
    """What every net learns from: the public texts as they stand and in lower case, and in each round new ones."""

    as_written: Sequence[Example] = field(repr=False)
    lower: Sequence[Example] = field(repr=False)
    order: Order

    @staticmethod
    def of(order: Order) -> "Lessons":
        as_written, lower = (examples(public_rows(order.data, lower=each)) for each in (False, True))
        return Lessons(as_written, lower, order)

    def rounds(self, count: int, seed: int) -> Iterator[list[list[Example]]]:
        """The batches of each round."""
        random = Random(seed)
        orders = [replace(self.order, seed=seed * 1000 + turn) for turn in range(count)]
        with multiprocessing.get_context("spawn").Pool(HELPERS) as helpers:
            for new in helpers.imap(Order.fulfil, orders):
                rows = [*new, *_some(self.as_written, 0.8, random), *_some(self.lower, 0.3, random)]
                yield list(batches(rows, BATCH, random))


@dataclass(slots=True)
class Mean:
    """The running mean of a net's numbers."""

    count: int = 0
    numbers: dict[str, Tensor] = field(default_factory=dict)

    def add(self, model: Model) -> None:
        self.count += 1
        for name, value in model.state_dict().items():
            if name in self.numbers:
                self.numbers[name] += (value - self.numbers[name]) / self.count
            else:
                self.numbers[name] = value.clone()


def train_net(data: Path, out: Path, *, made: int, times: int, rounds: int, seed: int, texts: Path = TEXTS) -> None:
    """Write `net.npz` into the folder `out`. One thread and one seed: the same bytes on the same machine.

    Every round brings `made` newly invented texts, the hand-written ones so many `times`, each time a little
    different, more than half of the public ones, some in lower case, and some about other people. First the guides
    learn, then the nets that are released, who learn from the same texts and from the guides.
    """
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(mode=True)
    vectors = _vectors()
    lessons = Lessons.of(Order(made, times, seed, texts, data))
    torch.manual_seed(seed)
    guides = learn(Model(GUIDES, vectors), lessons, rounds, seed)
    torch.manual_seed(seed + 1)
    save(learn(Model(NETS, vectors), lessons, rounds, seed + 1, guides), out / "net.npz")


def _vectors() -> Tensor:
    usage = Usage.load(LEXICA / TABLE)
    rows = np.stack([usage.vector(row) for row in range(len(usage.sums))])
    return torch.from_numpy(np.concatenate([rows, np.zeros_like(rows[:1])]))


def learn(model: Model, lessons: Lessons, rounds: int, seed: int, guides: Model | None = None) -> Model:
    """The model after so many rounds, or rather the mean of how it stood through the last of them."""
    mean, noise, nowhere = Mean(), np.random.default_rng(seed), len(model.vectors) - 1
    dense = [value for name, value in model.named_parameters() if not name.startswith("table")]
    learners = [torch.optim.SparseAdam([model.table.weight]), torch.optim.Adam(dense)]
    for turn, groups in enumerate(lessons.rounds(rounds, seed)):
        total = 0.0
        for step, group in enumerate(groups):
            done = (turn + step / len(groups)) / rounds
            batch, gold = whole(group), torch.from_numpy(np.concatenate([text.tags for text in group]))
            model.zero_grad()
            scores = model(withheld(batch, nowhere, noise))
            loss = _loss(scores, gold)
            if guides is not None:
                loss = (1 - GUIDED) * loss + GUIDED * _unlike(scores, guides, batch)
            loss.backward()
            nn.utils.clip_grad_norm_(dense, 2.0)
            _step(learners, LAST_RATE + (FIRST_RATE - LAST_RATE) * (1 + math.cos(math.pi * done)) / 2)
            total += loss.item()
            if done > MEAN_FROM and step % MEAN_STEPS == 0:
                mean.add(model)
        sys.stderr.write(f"{model.nets} nets, round {turn + 1} of {rounds}: loss {total / len(groups):.4f}\n")
    model.load_state_dict(mean.numbers)
    return model.eval()


def _some(rows: Sequence[Example], share: float, random: Random) -> list[Example]:
    return [row for row in rows if random.random() < share]


def _step(learners: Sequence[Any], rate: float) -> None:
    for learner in learners:
        for group in learner.param_groups:
            group["lr"] = rate
        learner.step()


def _unlike(scores: Tensor, guides: Model, batch: Batch) -> Tensor:
    """How far scores are from what the guides, who see all that is known, make of the same tokens.

    Source: "Distilling the Knowledge in a Neural Network" (Hinton et al., 2015).
    """
    with torch.no_grad():
        told = guides(batch).softmax(dim=2).mean(dim=0)
    return -(told * functional.log_softmax(scores, dim=2)).sum(dim=2).mean(dim=1).sum()


def _loss(scores: Tensor, gold: Tensor) -> Tensor:
    """How surprising the right tags are, with a little doubt about all of them."""
    likely = functional.log_softmax(scores, dim=2)
    exact = likely.gather(2, gold.clamp(0, len(TAGS) - 1).expand(len(scores), -1)[:, :, None])[:, :, 0]
    harmless = torch.logaddexp(likely[:, :, TAGS.index("O")], likely[:, :, TAGS.index("X")])
    right = torch.where(gold == HARMLESS, harmless, exact)
    taught = (gold != UNTAUGHT).float()
    whole = ((1 - SMOOTHED) * right + SMOOTHED * likely.mean(dim=2)) * taught
    return -whole.sum() / taught.sum().clamp(min=1)


def save(model: Model, path: Path) -> None:
    table = model.table.weight.detach().numpy()
    scale = np.abs(table).max(axis=1) / 127 + 1e-9
    arrays = {"table": np.round(table / scale[:, None]).astype(np.int8), "scale": scale.astype(np.float32)}
    for index in range(len(APART)):
        arrays |= {
            f"weight{index}": model.weights[index].detach().numpy().astype(np.float16),
            f"bias{index}": model.biases[index].detach().numpy(),
        }
    arrays |= {name: getattr(model, name).detach().numpy() for name in DENSE}
    np.savez(path, **arrays)  # reading packed numbers would take longer than all else at the start
