"""Trains everything from nothing: `python -m appliance.redaction.learning --data ../shared/data/redaction`.

Needs the packages of the extra `learning` (PyTorch, Faker). About half an hour on one core.
"""

import argparse
from pathlib import Path

from appliance.redaction.learning.release import write_card
from appliance.redaction.learning.train import train_chain
from appliance.redaction.learning.train_net import train_net
from appliance.redaction.tagger import HOME


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True, help="folder of wnut17_train.jsonl and btc_train.jsonl")
    arguments.add_argument("--made", type=int, default=30_000, help="invented texts for each pass of the net")
    arguments.add_argument("--chain-made", type=int, default=12_000, help="invented texts for the chain")
    arguments.add_argument("--chain-rounds", type=int, default=38)
    arguments.add_argument("--net-rounds", type=int, default=5)
    arguments.add_argument("--seed", type=int, default=7)
    arguments.add_argument("--workers", type=int, default=4, help="processes that train the net together")
    options = arguments.parse_args()
    out = HOME / "artefact"
    out.mkdir(exist_ok=True)
    train_chain(options.data, out, made=options.chain_made, rounds=options.chain_rounds, seed=options.seed)
    train_net(
        options.data, out, made=options.made, rounds=options.net_rounds, seed=options.seed, workers=options.workers
    )
    write_card(HOME, made=options.made, seed=options.seed)


if __name__ == "__main__":
    main()
