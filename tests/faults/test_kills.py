"""Kills at every kind of moment of a text's life: nothing acknowledged is lost, nothing is sent twice."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.faults.recorder import library

pytestmark = pytest.mark.compiler

LONG, BLOCKS = 2_000, 8
ROOT = Path(__file__).parents[2]


def kills(count: int, seed: int) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.killed", str(count), str(seed)],
        env=os.environ | {"LD_PRELOAD": str(library()), "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_no_kill_loses_a_text_or_sends_a_reply_twice() -> None:
    told = kills(4, seed=1)

    assert told["bad"] == []
    assert told["calls"] > 100


@pytest.mark.long
@pytest.mark.parametrize("block", range(BLOCKS))
def test_none_of_two_thousand_kills_does(block: int) -> None:
    assert kills(LONG // BLOCKS, seed=100 + block)["bad"] == []
