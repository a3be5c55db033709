"""States of the disk that were once found bad: each kept as an archive of its files with what outsiders knew, so that
it can be judged again for ever, though the recording that it was drawn from is gone.
"""

import hashlib
import json
import tarfile
from dataclasses import asdict
from pathlib import Path

from tests.faults.cuts import Verdict, laid_out
from tests.faults.judge import Ack, Created, Judge, Keys, Known
from tests.faults.recorded import Recorded, desk_in
from tests.journeys.house import PASSPHRASE

CASES = Path(__file__).with_name("cases")
_TOLD = "told.json"
_HOME = "home"


def keep(kind: str, recorded: Recorded, verdict: Verdict, folder: Path, cases: Path = CASES) -> Path:
    """Put a bad state among the cases. `folder` is for laying it out."""
    known = recorded.known(verdict.state.cut)
    told = {
        "kind": kind,
        "state": asdict(verdict.state),
        "faults": verdict.faults,
        "now": recorded.now,
        "canary": recorded.canary,
        "known": asdict(known),
    }
    cases.mkdir(exist_ok=True)
    name = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]
    path = cases / f"{kind.replace(' ', '-')}-{name}.tar.xz"
    for _, home in laid_out(recorded, [verdict.state], folder):
        (folder / _TOLD).write_text(json.dumps(told, indent=1))
        with tarfile.open(path, "w:xz") as archive:
            archive.add(folder / _TOLD, _TOLD)
            archive.add(home, _HOME)
    return path


def faults_of(case: Path, folder: Path) -> list[str]:
    """What is wrong today with a state that was kept."""
    with tarfile.open(case) as archive:
        archive.extractall(folder, filter="data")
    told = json.loads((folder / _TOLD).read_text())
    known = Known(
        [Ack(**one) for one in told["known"]["acknowledged"]],
        [Created(**one) for one in told["known"]["created"]],
        told["known"]["checkpoints"],
        told["known"]["erased"],
    )
    judge = Judge(Keys(PASSPHRASE), told["now"], canary=told["canary"])
    return judge.faults(desk_in(folder / _HOME), known)
