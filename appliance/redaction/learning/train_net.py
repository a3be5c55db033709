"""Trains the nets: first the guides, then the two that are released. Needs PyTorch."""

import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from appliance.redaction.learning.lessons import (
    HARMLESS,
    HARMLESS_TAGS,
    TAGS,
    UNTAUGHT,
    Example,
    Lessons,
    Order,
    side_by_side,
    withheld,
)
from appliance.redaction.learning.model import Model, save
from appliance.redaction.learning.written import TEXTS
from appliance.redaction.lexicon import LEXICA
from appliance.redaction.usage import TABLE, Usage

# Nets that are released: they read side by side, and their mean errs less than each of them.
NETS = 2
# Nets that learn first and then tell those what they make of each text, some of posts and some of all others;
# how much that counts beside what is right.
GUIDES, GUIDED = 4, 0.7
# Those who learn from posts alone, and those who are guided, learn so much longer.
LONGER: Final = 1.5
# How often each public text that names people is about others in a round. Those who learn from posts alone would
# come to expect names, so they get few; who is guided is told how likely a name is, and gets many, and all of them twice.
OTHERS, OTHERS_ALONE, OTHERS_GUIDED = 0.7, 0.35, 1.4
PUBLIC_GUIDED: Final = 2
# Those who are guided learn to be careful in posts, and not to be in messages to shops: of those written by hand so many
# bear the same marks.
MARKED_GUIDED: Final = 0.1
SMOOTHED = 0.02
# 1 where a tag tells of nobody.
OF_NOBODY = torch.tensor([float(tag in HARMLESS_TAGS) for tag in TAGS])
FIRST_RATE, LAST_RATE = 2.5e-3, 1e-4
# What is kept of a net is the mean of how it stood at these many moments of the last part of its training: a mean reads
# texts of other hands better than any of the nets it is made of.
MEAN_FROM, MEAN_STEPS = 0.6, 100


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
    different, most of the public ones, some in lower case, and some about other people. First the guides learn, some
    from all of these and some from posts alone, then the nets that are released: from new texts of the same
    kinds, and from what the guides make of those.
    """
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(mode=True)
    vectors = torch.from_numpy(Usage.load(LEXICA / TABLE).vector(slice(None)))
    order = Order(made, times, OTHERS, texts, data)
    lessons = Lessons.of(order)
    longer = math.ceil(rounds * LONGER)
    posts_alone = replace(lessons, order=replace(order, made=0, times=0, others=OTHERS_ALONE))
    guides = Guides(
        learn(GUIDES, vectors, lessons, rounds, seed), learn(GUIDES, vectors, posts_alone, longer, seed + 1)
    )
    more = replace(
        lessons, order=replace(order, others=OTHERS_GUIDED, marked=MARKED_GUIDED), public_times=PUBLIC_GUIDED
    )
    save(learn(NETS, vectors, more, longer, seed + 2, guides), out / "net.npz")


@dataclass(frozen=True, slots=True)
class Guides:
    """Who tells what they make of a text: of a post those who have learnt from such alone, else the others."""

    of_all: Model
    of_posts: Model

    def chances(self, group: Sequence[Example]) -> Tensor:
        """The chance of each tag: a line for each token. Guides see all that is known."""
        told: dict[bool, Iterator[Tensor]] = {}
        for guide, post in ((self.of_all, False), (self.of_posts, True)):
            if texts := [text for text in group if text.post == post]:
                with torch.no_grad():
                    lines = guide(side_by_side(texts)).softmax(dim=2).mean(dim=0)
                told[post] = iter(lines.split([len(text) for text in texts]))
        return torch.cat([next(told[text.post]) for text in group])


def learn(nets: int, vectors: Tensor, lessons: Lessons, rounds: int, seed: int, guides: Guides | None = None) -> Model:
    """New nets after so many rounds, or rather the mean of how they stood through the last of them."""
    torch.manual_seed(seed)
    model = Model(nets, vectors)
    mean, noise = Mean(), np.random.default_rng(seed)
    dense = [value for name, value in model.named_parameters() if not name.startswith("table")]
    learners = [torch.optim.SparseAdam([model.table.weight]), torch.optim.Adam(dense)]
    for turn, groups in enumerate(lessons.rounds(rounds, seed)):
        total = 0.0
        for step, group in enumerate(groups):
            done = (turn + step / len(groups)) / rounds
            batch, gold = side_by_side(group), torch.from_numpy(np.concatenate([text.tags for text in group]))
            model.zero_grad()
            scores = model(withheld(batch, noise))
            if guides is None:
                loss = _loss(scores, gold)
            else:
                loss = _guided(_incautious(scores, group), gold, guides.chances(group))
            loss.backward()
            nn.utils.clip_grad_norm_(dense, 2.0)
            _step(learners, LAST_RATE + (FIRST_RATE - LAST_RATE) * (1 + math.cos(math.pi * done)) / 2)
            total += loss.item()
            if done > MEAN_FROM and step % MEAN_STEPS == 0:
                mean.add(model)
        sys.stderr.write(f"{model.nets} nets, round {turn + 1} of {rounds}: loss {total / len(groups):.4f}\n")
    model.load_state_dict(mean.numbers)
    return model.eval()


def _step(learners: Sequence[Any], rate: float) -> None:
    for learner in learners:
        for group in learner.param_groups:
            group["lr"] = rate
        learner.step()


def _incautious(scores: Tensor, group: Sequence[Example]) -> Tensor:
    """What the scores would be if a false alarm weighed as much everywhere: so a net learns to be careful of itself.

    Source: "Long-tail learning via logit adjustment" (Menon et al., 2021).
    """
    caution = [math.log(text.caution) for text in group for _ in range(len(text))]
    return scores - torch.tensor(caution)[:, None] * OF_NOBODY


def _guided(scores: Tensor, gold: Tensor, told: Tensor) -> Tensor:
    """How surprising the right tags are, and how far scores are from what guides have told of the same tokens.

    Of all tokens: the guides also say what they think where the marks leave it open.

    Source: "Distilling the Knowledge in a Neural Network" (Hinton et al., 2015).
    """
    unlike = -(told * functional.log_softmax(scores, dim=2)).sum(dim=2).mean(dim=1).sum()
    return (1 - GUIDED) * _loss(scores, gold) + GUIDED * unlike


def _loss(scores: Tensor, gold: Tensor) -> Tensor:
    """How surprising the right tags are, with a little doubt about all of them."""
    likely = functional.log_softmax(scores, dim=2)
    exact = likely.gather(2, gold.clamp(0, len(TAGS) - 1).expand(len(scores), -1)[:, :, None])[:, :, 0]
    harmless = torch.logaddexp(*(likely[:, :, TAGS.index(tag)] for tag in HARMLESS_TAGS))
    right = torch.where(gold == HARMLESS, harmless, exact)
    taught = (gold != UNTAUGHT).float()
    total = ((1 - SMOOTHED) * right + SMOOTHED * likely.mean(dim=2)) * taught
    return -total.sum() / taught.sum().clamp(min=1)
