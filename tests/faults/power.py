"""A disk that remembers each call, and the states a power cut could have left after any of them.

What was synced stays. What was not may be there whole, in part, or not at all: cut at a sector, with sectors missing in
the middle (they read as zeros), or with the new length and nothing in it. A new name may be lost until its folder was
synced, and a removed one may come back.
"""

import random
from dataclasses import dataclass, field
from pathlib import Path

from storage.spool.disk import Disk

SECTOR = 512


@dataclass(slots=True)
class FileState:
    """`now` as programs see it, `durable` as the platter is sure to have it."""

    now: bytes = b""
    durable: bytes = b""
    named: bool = False
    removed: bool = False


@dataclass(slots=True)
class World:
    """All files after some calls."""

    files: dict[str, FileState] = field(default_factory=dict)

    def apply(self, call: str, name: str, data: bytes) -> None:
        state = self.files.setdefault(name, FileState())
        if call == "create":
            self.files[name] = FileState()
        elif call == "write":
            state.now += data
        elif call == "truncate":
            state.now = state.now[: int(data)]
        elif call == "sync":
            state.durable = state.now
        elif call == "remove":
            state.removed = True

    def sync_folder(self) -> None:
        self.files = {name: state for name, state in self.files.items() if not state.removed}
        for state in self.files.values():
            state.named = True

    def as_programs_see_it(self) -> dict[str, bytes]:
        return {name: state.now for name, state in self.files.items() if not state.removed}

    def after_the_cut(self, chance: random.Random) -> dict[str, bytes]:
        """One of the states in which the folder may be found."""
        found = {}
        for name, state in self.files.items():
            kept = state.named or chance.random() < 0.5
            gone = state.removed and chance.random() < 0.5
            if kept and not gone:
                found[name] = _content(state, chance)
        return found


def _content(state: FileState, chance: random.Random) -> bytes:
    durable, now = state.durable, state.now
    if now == durable:
        return now
    if not now.startswith(durable):  # it was cut, and the cut may not have lasted
        return chance.choice([durable, now])
    way = chance.choice(["none", "all", "torn", "holes", "zeros"])
    if way == "none":
        return durable
    if way == "all":
        return now
    if way == "zeros":
        return durable + bytes(len(now) - len(durable))
    if way == "torn":
        cuts = [at for at in range(len(durable), len(now)) if at % SECTOR == 0] or [len(durable)]
        return now[: chance.choice(cuts)]
    mixed = bytearray(durable + bytes(len(now) - len(durable)))
    for sector in range(len(durable) // SECTOR * SECTOR, len(now), SECTOR):
        if chance.random() < 0.5:
            begin, end = max(sector, len(durable)), min(sector + SECTOR, len(now))
            mixed[begin:end] = now[begin:end]
    return bytes(mixed)


class RecordingDisk(Disk):
    """Does what it is told, waits for nothing, and writes down each call. `marks` notes what was known when."""

    def __init__(self, *, syncs: bool = True) -> None:
        self.calls: list[tuple[str, str, bytes]] = []
        self._syncs = syncs
        self._names: dict[int, str] = {}

    def create(self, path: Path) -> int:
        descriptor = super().create(path)
        return self._opened("create", path, descriptor)

    def reopen(self, path: Path) -> int:
        return self._opened("reopen", path, super().reopen(path))

    def write(self, descriptor: int, data: bytes) -> None:
        super().write(descriptor, data)
        self.calls.append(("write", self._names[descriptor], data))

    def truncate(self, descriptor: int, size: int) -> None:
        super().truncate(descriptor, size)
        self.calls.append(("truncate", self._names[descriptor], str(size).encode()))

    def sync(self, descriptor: int) -> None:
        if self._syncs:
            self.calls.append(("sync", self._names[descriptor], b""))

    def remove(self, path: Path) -> None:
        super().remove(path)
        self.calls.append(("remove", path.name, b""))

    def sync_folder(self, folder: Path) -> None:
        if self._syncs:
            self.calls.append(("sync-folder", "", b""))

    def _opened(self, call: str, path: Path, descriptor: int) -> int:
        self._names[descriptor] = path.name
        self.calls.append((call, path.name, b""))
        return descriptor


def replay(before: dict[str, bytes], calls: list[tuple[str, str, bytes]]) -> World:
    """The world that began as `before`, all of it durable, after these calls."""
    world = World({name: FileState(data, data, named=True) for name, data in before.items()})
    for call, name, data in calls:
        if call == "sync-folder":
            world.sync_folder()
        else:
            world.apply(call, name, data)
    return world
