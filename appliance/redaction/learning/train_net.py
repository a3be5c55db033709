"""Trains the net: hashed features, gated convolutions. Needs PyTorch, here and nowhere else."""

import math
import multiprocessing
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
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
from appliance.redaction.learning.public import public_rows
from appliance.redaction.learning.written import TEXTS, WRITTEN, drawn
from appliance.redaction.lexicon import Lexicon
from appliance.redaction.net import BUCKETS
from appliance.redaction.values import Label

TAGS = ("O", "X", *(f"{place}-{label}" for label in Label for place in "BI"))
# In hand-written texts what may go either way teaches nothing, and what is harmless need not be told from it.
UNTAUGHT, HARMLESS = -1, len(TAGS)
APART = (1, 1, 2, 4)
WIDTH = 64
# Nets that learn side by side from the same texts; their mean errs less than each of them.
NETS = 3
HELPERS = 2
BATCH = 32
SMOOTHED = 0.02
FIRST_RATE, LAST_RATE = 2.5e-3, 1e-4
# The released net is the mean of how it stood at these many moments of the last part of its training: a mean reads
# texts of other hands better than any of the nets it is made of.
MEAN_FROM, MEAN_STEPS = 0.6, 100

Example = tuple[np.ndarray, np.ndarray, np.ndarray]


class Model(nn.Module):
    """The same sums as `appliance.redaction.net`, with what learning needs. The first axis counts the nets."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.EmbeddingBag(BUCKETS, NETS * WIDTH, mode="sum", sparse=True)
        nn.init.normal_(self.table.weight, std=0.05)
        self.weights = nn.ParameterList(_evenly(3 * WIDTH, 2 * WIDTH) for _ in APART)
        self.biases = nn.ParameterList(nn.Parameter(torch.zeros(NETS, 1, 2 * WIDTH)) for _ in APART)
        self.whole = _evenly(WIDTH, WIDTH)
        self.out, self.out_bias = _evenly(WIDTH, len(TAGS)), nn.Parameter(torch.zeros(NETS, 1, len(TAGS)))
        self.drop = nn.Dropout(0.2)

    def forward(self, flat: Tensor, begins: Tensor, places: Tensor, shape: tuple[int, int]) -> Tensor:
        """Scores of each tag: a line for each net and token."""
        batch, longest = shape
        bags = _normal(self.table(flat, begins).view(-1, NETS, WIDTH).transpose(0, 1))
        empty = torch.zeros(NETS, batch * longest, WIDTH)
        state = empty.index_copy(1, places, bags).view(NETS, batch, longest, WIDTH)
        there = torch.zeros(batch * longest, 1).index_fill(0, places, 1.0).view(1, batch, longest, 1)
        most = (state + (there - 1) * 1e4).amax(dim=2)
        state = _normal(state + torch.relu(torch.bmm(most, self.whole))[:, :, None]) * there
        for place, apart in enumerate(APART):
            state = state if place % 2 else self.drop(state)
            padded = functional.pad(state, (0, 0, apart, apart))
            seen = torch.cat([padded[:, :, : -2 * apart], state, padded[:, :, 2 * apart :]], dim=3)
            both = torch.baddbmm(self.biases[place], seen.view(NETS, -1, 3 * WIDTH), self.weights[place])
            value, gate = both.view(NETS, batch, longest, -1).chunk(2, dim=3)
            state = _normal(state + value * torch.sigmoid(gate)) * there
        last = self.drop(state).view(NETS, batch * longest, WIDTH)[:, places]
        return torch.baddbmm(self.out_bias, last, self.out)


def _evenly(ins: int, outs: int) -> nn.Parameter:
    return nn.Parameter((torch.rand(NETS, ins, outs) * 2 - 1) / math.sqrt(ins))


def _normal(rows: Tensor) -> Tensor:
    return functional.layer_norm(rows, rows.shape[-1:])


def examples(rows: Iterable[dict[str, Any]]) -> list[Example]:
    reader = Reader.load(Lexicon.load())
    known = {tag: place for place, tag in enumerate(TAGS)}
    loosely = known | {"O": HARMLESS, "X": UNTAUGHT}
    buckets: dict[str, int] = {}
    out: list[Example] = []
    for row in rows:
        _, features, tags = read(row, reader)
        if tags:
            flat = [buckets.setdefault(each, crc32(each.encode()) % BUCKETS) for token in features for each in token]
            sizes = [len(token) for token in features]
            places = loosely if row["id"].startswith(WRITTEN) else known
            out.append((np.array(flat, np.int32), np.array(sizes), np.array([places[tag] for tag in tags])))
    return out


def batches(rows: Sequence[Example], size: int, random: Random) -> Iterator[list[Example]]:
    order = sorted(rows, key=lambda row: len(row[1]) + random.random() * 6)
    groups = [order[place : place + size] for place in range(0, len(order), size)]
    random.shuffle(groups)
    yield from groups


def tensors(
    group: list[Example], random: np.random.Generator
) -> tuple[Tensor, Tensor, Tensor, tuple[int, int], Tensor]:
    longest = max(len(tags) for _, _, tags in group)
    flat = np.concatenate([flat for flat, _, _ in group])
    begins = np.concatenate([[0], np.cumsum(np.concatenate([sizes for _, sizes, _ in group]))[:-1]])
    # A tenth of what is known of a token is withheld, and often the word itself, which is the first feature.
    kept = random.random(len(flat)) > 0.08
    kept[begins[random.random(len(begins)) < 0.2]] = False
    moved = np.concatenate([[0], np.cumsum(np.add.reduceat(kept, begins))[:-1]])
    places = np.concatenate([line * longest + np.arange(len(tags)) for line, (_, _, tags) in enumerate(group)])
    return (
        torch.from_numpy(flat[kept].astype(np.int64)), torch.from_numpy(moved), torch.from_numpy(places),
        (len(group), longest), torch.from_numpy(np.concatenate([tags for _, _, tags in group])),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Order:
    """Texts that a helper process is to invent, draw and read: features are most of the work."""

    made: int
    times: int
    seed: int
    texts: Path

    def fulfil(self) -> list[Example]:
        return examples(chain(messages(self.made, self.seed), drawn(self.times, self.seed, folder=self.texts)))


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
    different, half of the public ones, and some of those in lower case.
    """
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(mode=True)
    model, mean, noise, random = Model(), Mean(), np.random.default_rng(seed), Random(seed)
    dense = [value for name, value in model.named_parameters() if not name.startswith("table")]
    learners = [torch.optim.SparseAdam([model.table.weight]), torch.optim.Adam(dense)]
    as_written = examples(public_rows(data))
    lower = examples(public_rows(data, lower=True))
    orders = [Order(made, times, seed * 1000 + turn, texts) for turn in range(rounds)]
    with multiprocessing.get_context("spawn").Pool(HELPERS) as helpers:
        for turn, new in enumerate(helpers.imap(Order.fulfil, orders)):
            rows = [*new, *_some(as_written, 0.5, random), *_some(lower, 0.3, random)]
            groups = list(batches(rows, BATCH, random))
            total = 0.0
            for step, chosen in enumerate(groups):
                done = (turn + step / len(groups)) / rounds
                total += _learn(model, learners, dense, tensors(chosen, noise), done)
                if done > MEAN_FROM and step % MEAN_STEPS == 0:
                    mean.add(model)
            sys.stderr.write(f"round {turn + 1} of {rounds}: loss {total / len(groups):.4f}\n")
            save(model, out / "net.npz")
    model.load_state_dict(mean.numbers)
    save(model, out / "net.npz")


def _some(rows: Sequence[Example], share: float, random: Random) -> list[Example]:
    return [row for row in rows if random.random() < share]


def _learn(model: Model, learners: Sequence[Any], dense: list[Tensor], batch: Any, done: float) -> float:  # noqa: ANN401
    rate = LAST_RATE + (FIRST_RATE - LAST_RATE) * (1 + math.cos(math.pi * done)) / 2
    flat, begins, places, shape, gold = batch
    model.zero_grad()
    loss = _loss(model(flat, begins, places, shape), gold)
    loss.backward()
    nn.utils.clip_grad_norm_(dense, 2.0)
    for learner in learners:
        for group in learner.param_groups:
            group["lr"] = rate
        learner.step()
    return loss.item()


def _loss(scores: Tensor, gold: Tensor) -> Tensor:
    """How surprising the right tags are, with a little doubt about all of them."""
    likely = functional.log_softmax(scores, dim=2)
    exact = likely.gather(2, gold.clamp(0, len(TAGS) - 1).expand(NETS, -1)[:, :, None])[:, :, 0]
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
    arrays |= {name: getattr(model, name).detach().numpy() for name in ("whole", "out", "out_bias")}
    np.savez(path, **arrays)  # reading packed numbers would take longer than all else at the start
