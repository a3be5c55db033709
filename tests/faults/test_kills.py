"""Kills at every kind of moment of a text's life and of a command's: nothing acknowledged is lost or sent twice."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults.draws import COMMANDS, KILLS, tenth
from tests.faults.killed import EVENING
from tests.faults.recorder import library

pytestmark = pytest.mark.compiler

BLOCKS = 10
ROOT = Path(__file__).parents[2]


def kills(seed: int, **wanted: int) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.killed", str(seed), *(f"{kind}={n}" for kind, n in wanted.items())],
        env=os.environ | {"LD_PRELOAD": str(library()), "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("kinds", [(EVENING,), tuple(COMMANDS)], ids=["evening", "commands"])
def test_no_kill_loses_a_text_or_sends_a_reply_twice(
    kinds: tuple[str, ...], record_property: Callable[[str, object], None]
) -> None:
    wanted = {kind: tenth(KILLS[kind]) for kind in kinds}

    told = kills(1, **wanted)

    assert told["bad"] == []
    assert all(calls > 100 for calls in told["calls"].values())
    record_property("kills", sum(wanted.values()))


@pytest.mark.long
@pytest.mark.parametrize("block", range(BLOCKS))
@pytest.mark.parametrize("kind", KILLS)
def test_none_of_two_thousand_kills_does(kind: str, block: int, record_property: Callable[[str, object], None]) -> None:
    count = KILLS[kind] // BLOCKS

    assert kills(100 + block, **{kind: count})["bad"] == []
    record_property("kills", count)
