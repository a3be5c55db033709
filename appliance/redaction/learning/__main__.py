"""Trains everything from nothing: `python -m appliance.redaction.learning --data ../shared/data/redaction`.

Needs the packages of the extra `learning` (PyTorch, Faker). Four processes, about ten minutes on two free cores. The same
seed gives the same files on the same machine; the card that the run writes says what they were made of.
"""

import argparse
import multiprocessing
from functools import partial
from pathlib import Path

from appliance.redaction.learning.bars import choose_bars
from appliance.redaction.learning.release import write_card
from appliance.redaction.learning.train import train_chain
from appliance.redaction.learning.train_net import train_net
from appliance.redaction.tagger import HOME


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True, help="folder of wnut17_train.jsonl and btc_train.jsonl")
    arguments.add_argument("--out", type=Path, default=HOME / "artefact", help="folder for what is learnt")
    arguments.add_argument("--made", type=int, default=5_000, help="texts invented anew for each round of the nets")
    arguments.add_argument(
        "--times", type=int, default=3, help="how often a round of the nets sees each hand-written text"
    )
    arguments.add_argument("--rounds", type=int, default=10, help="rounds of the nets")
    arguments.add_argument("--chain-made", type=int, default=8_000, help="invented texts for the chain")
    arguments.add_argument("--chain-times", type=int, default=2, help="how often the chain sees each hand-written text")
    arguments.add_argument("--chain-rounds", type=int, default=40)
    arguments.add_argument("--seed", type=int, default=7)
    options = arguments.parse_args()
    options.out.mkdir(exist_ok=True, parents=True)
    chain = multiprocessing.get_context("spawn").Process(
        target=partial(
            train_chain,
            options.data,
            options.out,
            made=options.chain_made,
            times=options.chain_times,
            rounds=options.chain_rounds,
            seed=options.seed,
        )
    )
    chain.start()
    train_net(
        options.data, options.out, made=options.made, times=options.times, rounds=options.rounds, seed=options.seed
    )
    chain.join()
    if chain.exitcode:
        raise SystemExit("the chain was not trained")
    write_card(options, choose_bars(options.data, options.out))


if __name__ == "__main__":
    main()
