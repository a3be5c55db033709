"""How long a stranger waits: the stand-alone verifier over a million leaves, and what it needs of memory."""

import hashlib
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

from storage.audit import tree
from storage.audit.bundle import export_evidence
from storage.audit.check import StoredNote
from storage.audit.log import AuditLog
from storage.audit.note import Checkpoint, signed_note
from storage.keys.secret import SecretBytes
from storage.keys.signer import AuditSigner
from tests.bench.rows import Goal, Row

LEAVES = 1_000_000
A_CHECKPOINT_EACH = 500
DESK = "maple-street"
SIGNER = AuditSigner(SecretBytes(bytes(range(32))), key_id="0" * 32)
PROGRAM = Path(__file__).parents[2] / "packaging" / "verify_bundle.py"
_MIB = 1024
spell = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


class LongLog:
    """Stands in for a log of seven years, which would take an hour to write leaf by leaf."""

    desk = DESK

    def __init__(self, size: int) -> None:
        self._size = size
        self._edge = tree.Frontier()
        self._notes: list[StoredNote] = []
        for body in self.bodies():
            self._edge.add(tree.leaf_hash(body))
            if self._edge.size % A_CHECKPOINT_EACH == 0 or self._edge.size == size:
                point = Checkpoint(DESK, self._edge.size, self._edge.root())
                self._notes.append(StoredNote(len(self._notes) + 1, 0, point.size, signed_note(point, SIGNER)))

    def bodies(self) -> Iterator[bytes]:
        for place in range(self._size):
            leaf = {
                "v": 1,
                "desk": DESK,
                "i": place,
                "at": 1_800_000_000_000 + place,
                "actor": "core",
                "action": "received",
                "object": hashlib.md5(str(place).encode(), usedforsecurity=False).hexdigest(),
                "detail": {"late": False, "redacted": True, "optout": False},
            }
            yield spell(leaf).encode()

    def append(self, *_: object, **__: object) -> int:
        return self._size - 1

    def count(self) -> int:
        return self._size

    def first(self) -> int:
        return 0

    def root(self) -> bytes:
        return self._edge.root()

    def node(self, level: int, k: int) -> bytes:
        raise AssertionError((level, k))

    def notes(self) -> Iterator[StoredNote]:
        return iter(self._notes)

    def newest_note(self) -> StoredNote:
        return self._notes[-1]


def rows() -> Iterable[Row]:
    with tempfile.TemporaryDirectory(prefix="nightdesk-bench-") as folder:
        path = Path(folder) / "bundle.zip"
        with path.open("wb") as out:
            made = export_evidence(cast("AuditLog", LongLog(LEAVES)), SIGNER, out, actor="owner", now=0)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-I", "-S", str(PROGRAM), str(path), "--key", made.key, "--json"]
        found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert found["leaves"] == LEAVES
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        yield Row(
            f"verify {LEAVES:,} leaves and {made.checkpoints:,} checkpoints",
            "s",
            seconds,
            goal=Goal("figure", "at most", 30),
        )
        yield Row("memory of that", "MiB", after.ru_maxrss / _MIB, goal=Goal("figure", "at most", 500))
        yield Row("size of that bundle", "MiB", path.stat().st_size / _MIB / _MIB)
