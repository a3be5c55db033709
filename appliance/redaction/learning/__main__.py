"""Trains everything from nothing: `python -m appliance.redaction.learning --data ../shared/data/redaction`.

Needs the packages of the extra `learning` (PyTorch, Faker). Three processes, about 75 minutes on two free cores. The same
seed gives the same files on the same machine; the card that the run writes says what they were made of.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from appliance.redaction.learning.bars import choose_bars
from appliance.redaction.learning.release import write_card
from appliance.redaction.learning.train_net import train_net
from appliance.redaction.tagger import HOME


def options_of(words: Sequence[str] | None = None) -> argparse.Namespace:
    """What is asked for; the defaults are the recipe of the released engine."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True, help="folder of wnut17_train.jsonl and btc_train.jsonl")
    arguments.add_argument("--out", type=Path, default=HOME / "artefact", help="folder for what is learnt")
    arguments.add_argument("--made", type=int, default=5_000, help="texts invented anew for each round")
    arguments.add_argument("--times", type=int, default=2, help="how often a round sees each hand-written text")
    arguments.add_argument("--rounds", type=int, default=8)
    arguments.add_argument("--seed", type=int, default=7)
    return arguments.parse_args(words)


def main() -> None:
    options = options_of()
    options.out.mkdir(exist_ok=True, parents=True)
    train_net(
        options.data, options.out, made=options.made, times=options.times, rounds=options.rounds, seed=options.seed
    )
    write_card(options, choose_bars(options.data, options.out))


if __name__ == "__main__":
    main()
