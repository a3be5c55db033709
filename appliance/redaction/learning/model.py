"""The net while it learns: the same sums as `appliance.redaction.net`, in PyTorch."""

import math
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from appliance.redaction.learning.lessons import TAGS, Batch
from appliance.redaction.net import BUCKETS, DENSE

APART = (1, 1, 2, 4)
WIDTH = 64


class Model(nn.Module):
    """The same sums as `appliance.redaction.net`, with what learning needs. The first axis counts the nets."""

    def __init__(self, nets: int, vectors: Tensor) -> None:
        """`vectors` has the rows of the table of usage; they stay as they are."""
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
        bags = self.table(seen.flat, seen.begins) + self.vectors[seen.usage] @ self.meaning
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
    return functional.rms_norm(rows, rows.shape[-1:], eps=1e-5)


def save(model: Model, path: Path) -> None:
    """Write what `Net.of` reads; of the table whole numbers and how big one of them is in each row."""
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
