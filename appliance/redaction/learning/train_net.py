"""Trains the net: hashed features, gated convolutions. Needs PyTorch, here and nowhere else."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
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
from appliance.redaction.learning.dataset import tagged
from appliance.redaction.learning.train import public
from appliance.redaction.lexicon import Lexicon
from appliance.redaction.net import BUCKETS
from appliance.redaction.values import Label

TAGS = ("O", "X", *(f"{place}-{label}" for label in Label for place in "BI"))
APART = (1, 1, 2, 4)
WIDTH = 64
RATES = (2e-3, 1.2e-3, 0.9e-3)

Example = tuple[np.ndarray, np.ndarray, np.ndarray]


class Model(nn.Module):
    """The same sums as `appliance.redaction.net`, with what learning needs."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.EmbeddingBag(BUCKETS, WIDTH, mode="sum", sparse=True)
        nn.init.normal_(self.table.weight, std=0.05)
        self.layers = nn.ModuleList(nn.Linear(3 * WIDTH, 2 * WIDTH) for _ in APART)
        self.whole = nn.Linear(WIDTH, WIDTH, bias=False)
        self.out = nn.Linear(WIDTH, len(TAGS))
        self.drop = nn.Dropout(0.2)

    def forward(self, flat: Tensor, begins: Tensor, places: Tensor, shape: tuple[int, int]) -> Tensor:
        bags = _normal(self.table(flat, begins))
        batch, longest = shape
        state = torch.zeros(batch * longest, WIDTH).index_copy(0, places, bags).view(batch, longest, WIDTH)
        there = torch.zeros(batch * longest, 1).index_fill(0, places, 1.0).view(batch, longest, 1)
        most = (state + (there - 1) * 1e4).amax(dim=1, keepdim=True)
        state = _normal(state + torch.relu(self.whole(most))) * there
        for layer, apart in zip(self.layers, APART, strict=True):
            state = self.drop(state)
            padded = functional.pad(state, (0, 0, apart, apart))
            seen = torch.cat([padded[:, : -2 * apart], state, padded[:, 2 * apart :]], dim=2)
            value, gate = layer(seen).chunk(2, dim=2)
            state = _normal(state + value * torch.sigmoid(gate)) * there
        scores: Tensor = self.out(self.drop(state)).view(batch * longest, -1)[places]
        return scores


def _normal(rows: Tensor) -> Tensor:
    return functional.layer_norm(rows, rows.shape[-1:])


def examples(rows: Iterable[dict[str, Any]]) -> list[Example]:
    reader = Reader.load(Lexicon.load())
    known = {tag: place for place, tag in enumerate(TAGS)}
    buckets: dict[str, int] = {}
    out: list[Example] = []
    for row in rows:
        features, tags = tagged(row, reader, wide=False)
        if tags:
            flat = [buckets.setdefault(each, crc32(each.encode()) % BUCKETS) for token in features for each in token]
            sizes = [len(token) for token in features]
            out.append((np.array(flat, np.int32), np.array(sizes), np.array([known[tag] for tag in tags])))
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
class Share:
    """One worker's part of the texts."""

    data: Path
    out: Path
    seed: int
    number: int
    of: int
    made: int
    rounds: int
    rate: float


def work(share: Share, model: Model) -> None:
    """Learn from one share. All workers move the same net, without waiting for each other (Hogwild)."""
    torch.set_num_threads(1)
    torch.manual_seed(share.seed + share.number)
    noise = np.random.default_rng(share.seed + share.number)
    common = public(share.data, Random(share.seed))
    mine = (row for place, row in enumerate(common) if place % share.of == share.number)
    rows = examples(chain(mine, messages(share.made // share.of, share.seed * 1000 + share.number)))
    dense = [value for name, value in model.named_parameters() if not name.startswith("table")]
    learners = [torch.optim.SparseAdam([model.table.weight], lr=share.rate), torch.optim.Adam(dense, lr=share.rate)]
    for turn in range(share.rounds):
        total = steps = 0.0
        for learner in learners:
            for group in learner.param_groups:
                group["lr"] = share.rate * (1 - turn / share.rounds) + 1e-4
        for chosen in batches(rows, 32, Random(share.seed + turn)):
            flat, begins, places, shape, gold = tensors(chosen, noise)
            model.zero_grad()
            loss = functional.cross_entropy(model(flat, begins, places, shape), gold, label_smoothing=0.02)
            loss.backward()
            nn.utils.clip_grad_norm_(dense, 2.0)
            for learner in learners:
                learner.step()
            total, steps = total + loss.item(), steps + 1
        sys.stderr.write(f"worker {share.number}, round {turn}: loss {total / steps:.4f}\n")
        if share.number == 0:
            save(model, share.out / "net.npz")


def train_net(
    data: Path, out: Path, *, made: int, rounds: int, seed: int, workers: int, passes: int = len(RATES)
) -> None:
    """Write `net.npz` into the folder `out`.

    Each pass goes on from the one before, slower and on new invented texts; the released net is the mean of all, which
    reads texts of other hands better than any of them.
    """
    made_so_far: list[Path] = []
    for turn, rate in enumerate(RATES[:passes]):
        folder = out / f"pass{turn}"
        folder.mkdir(exist_ok=True)
        start = made_so_far[-1] if made_so_far else None
        _train_once(data, folder, made=made, rounds=rounds, seed=seed + turn, workers=workers, rate=rate, start=start)
        made_so_far.append(folder / "net.npz")
    mean(made_so_far, out / "net.npz")
    for path in made_so_far:
        path.unlink()
        path.parent.rmdir()


def _train_once(
    data: Path, out: Path, *, made: int, rounds: int, seed: int, workers: int, rate: float, start: Path | None
) -> None:
    torch.manual_seed(seed)
    model = Model()
    if start:
        _take_up(model, start)
    model.share_memory()
    context = torch.multiprocessing.get_context("spawn")
    hands = [
        context.Process(target=work, args=(Share(data, out, seed, each, workers, made, rounds, rate), model))
        for each in range(workers)
    ]
    for one in hands:
        one.start()
    for one in hands:
        one.join()
    save(model, out / "net.npz")


def mean(paths: Sequence[Path], path: Path) -> None:
    """The mean of several nets that came one out of the other."""
    models = []
    for one in paths:
        model = Model()
        _take_up(model, one)
        models.append(model.state_dict())
    middle = Model()
    middle.load_state_dict({name: torch.stack([one[name] for one in models]).mean(dim=0) for name in models[0]})
    save(middle, path)


def _take_up(model: Model, path: Path) -> None:
    with np.load(path) as arrays, torch.no_grad():
        table = arrays["table"].astype(np.float32) * arrays["scale"][:, None]
        model.table.weight.copy_(torch.from_numpy(table))
        for index, layer in enumerate(model.layers):
            layer.weight.copy_(torch.from_numpy(arrays[f"weight{index}"].astype(np.float32).T))
            layer.bias.copy_(torch.from_numpy(arrays[f"bias{index}"]))
        model.whole.weight.copy_(torch.from_numpy(arrays["whole"].T))
        model.out.weight.copy_(torch.from_numpy(arrays["out"].T))
        model.out.bias.copy_(torch.from_numpy(arrays["out_bias"]))


def save(model: Model, path: Path) -> None:
    table = model.table.weight.detach().numpy()
    scale = np.abs(table).max(axis=1) / 127 + 1e-9
    arrays = {"table": np.round(table / scale[:, None]).astype(np.int8), "scale": scale.astype(np.float32)}
    for index, layer in enumerate(model.layers):
        arrays |= {
            f"weight{index}": layer.weight.detach().numpy().T.astype(np.float16),
            f"bias{index}": layer.bias.detach().numpy(),
        }
    arrays |= {
        "whole": model.whole.weight.detach().numpy().T, "out": model.out.weight.detach().numpy().T,
        "out_bias": model.out.bias.detach().numpy(),
    }  # fmt: skip
    np.savez_compressed(path, **arrays)
