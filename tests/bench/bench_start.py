"""How long a desk takes from the command to ready. Deriving the key, slow on purpose, is taken off."""

import os
import statistics
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from storage.keys.keyring import unlock
from storage.keys.secret import SecretBytes
from tests.bench.rows import Goal, Row
from tests.journeys.house import DESK, PASSPHRASE, House, a_house

ROUNDS = 3


def rows() -> Iterable[Row]:
    # Some machines tell Python to compile everything anew at each start; no installed desk does.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with (
        tempfile.TemporaryDirectory(prefix="nightdesk-bench-") as folder,
        a_house(Path(folder), as_typed=True) as house,
    ):
        _start(house)  # the first start compiles what later ones only load
        whole = statistics.median(_start(house) for _ in range(ROUNDS))
        derivation = statistics.median(_derive(house) for _ in range(ROUNDS))
    yield Row("start to ready, key derivation apart", "s", whole - derivation, goal=Goal("figure", "at most", 2))
    yield Row("deriving the key", "s", derivation)


def _start(house: House) -> float:
    began = time.perf_counter()
    house.start(wait=False)
    while house.state() != "ready":
        if house.process is None or house.process.poll() is not None:
            raise RuntimeError("serve ended before it was ready")
        time.sleep(0.005)
    took = time.perf_counter() - began
    house.stop()
    return took


def _derive(house: House) -> float:
    began = time.perf_counter()
    unlock(house.desk_folder, desk=DESK, passphrase=SecretBytes(PASSPHRASE.encode()))
    return time.perf_counter() - began
