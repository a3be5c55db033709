"""What the processes of a desk hold in memory after some texts: the door, and the core with its redactor loaded."""

import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from tests.bench.rows import Goal, Row
from tests.journeys.house import a_house
from tests.standins.signed import sms
from ui.door.files import read_up

TEXTS = 20
SETTLES_S = 3.0


def rows() -> Iterable[Row]:
    if sys.platform != "linux":
        raise NotImplementedError("memory is read from /proc, which only Linux has")
    with (
        tempfile.TemporaryDirectory(prefix="nightdesk-bench-") as folder,
        a_house(Path(folder), as_typed=True) as house,
    ):
        house.start()
        # Texts first: what is loaded when it is needed is loaded by then.
        for number in range(TEXTS):
            house.carrier.post(sms(f"Hi, this is Dana Whitfield, can I come on Thursday? {number}"))
        time.sleep(SETTLES_S)
        assert house.process is not None
        core, door = house.process.pid, read_up(house.desk_folder)
        assert door is not None
        yield Row("memory of the door", "MB", _resident(door.pid), goal=Goal("figure", "at most", 45))
        yield Row("memory of the core, idle", "MB", _resident(core), goal=Goal("figure", "at most", 200))


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    kib = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
    return kib * 1024 / 1_000_000
