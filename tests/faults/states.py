"""What a disk may hold after a power cut: the folder as it was, what was done to it, and what of that may be lost.

What was synced stays, in the order in which it was done. Of the rest any part may be there: nothing, all, the first
part, single calls, single sectors of 512 bytes, or a file's new length with zeros in it. A name that came, went or
changed lasts once its folder was synced; before, it may be as before. A sync that failed proves nothing, and no later
one makes up for it.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from pathlib import Path

from tests.faults.recorder import Event, Op

SECTOR = 512
# What SQLite keeps in shared memory is made anew by the first who opens the file.
NOT_ON_DISK = "-shm"
_ROOM = 1024 * 1024


def inodes_of(home: Path) -> dict[str, int]:
    """What the events call the folder and all in it, by path."""
    found = {f"./{path.relative_to(home)}": path.stat().st_ino for path in home.rglob("*")}
    return {".": home.stat().st_ino, **found}


class Way(StrEnum):
    """What becomes of all that was not synced."""

    NONE = "none"
    ALL = "all"
    FIRST = "first"
    SOME = "some"
    TORN = "torn"
    ZEROS = "zeros"
    MIXED = "mixed"


@dataclass(slots=True)
class _Change:
    """A write, or a new size where `data` is None."""

    offset: int
    data: bytes | None
    number: int


@dataclass(slots=True)
class File:
    """`now` as programs see it, `durable` as the disk is sure to have it, `pending` what lies between."""

    now: bytearray = field(default_factory=bytearray)
    durable: bytearray = field(default_factory=bytearray)
    pending: list[_Change] = field(default_factory=list)
    syncs: dict[int, int] = field(default_factory=dict)

    def change(self, change: _Change) -> None:
        _apply(self.now, change)
        self.pending.append(change)

    def synced(self, through: int) -> None:
        for change in self.pending:
            if change.number <= through:
                _apply(self.durable, change)
        self.pending = [one for one in self.pending if one.number > through]

    def failed(self, chance: random.Random) -> None:
        """What was not synced yet reached the disk or did not; no later sync makes up for it."""
        if chance.random() < 0.5:
            for change in self.pending:
                _apply(self.durable, change)
        self.pending = []

    def after(self, way: Way, chance: random.Random) -> bytes:
        """One of the contents that may be found."""
        if way is Way.ALL or not self.pending:
            return bytes(self.now) if way is Way.ALL else bytes(self.durable)
        found = bytearray(self.durable)
        if way is Way.NONE:
            return bytes(found)
        if way is Way.ZEROS:
            return bytes(found) + bytes(max(0, len(self.now) - len(found)))
        kept = self.pending[: chance.randrange(len(self.pending) + 1)] if way is Way.FIRST else self.pending
        for change in kept:
            if way is Way.SOME and chance.random() < 0.5:
                continue
            if way in {Way.TORN, Way.MIXED}:
                _apply_torn(found, change, chance)
            else:
                _apply(found, change)
        return bytes(found)


@dataclass(slots=True)
class Folder:
    """The names in it, as programs see them and as they are sure to last."""

    now: dict[str, "Node"] = field(default_factory=dict)
    durable: dict[str, "Node"] = field(default_factory=dict)
    pending: list["_Naming"] = field(default_factory=list)
    syncs: dict[int, int] = field(default_factory=dict)


Node = File | Folder


@dataclass(slots=True)
class _Naming:
    """One change of names: all of it lasts or none, though it may touch two folders."""

    gone: tuple[tuple[Folder, str], ...]
    come: tuple[tuple[Folder, str, Node], ...]
    number: int
    lasts: bool = False


class World:
    """A folder with all in it, after some events."""

    def __init__(
        self, before: Path, inodes: dict[str, int], *, home: Path, chance: random.Random | None = None
    ) -> None:
        """As a copy of it lies in `before`, all of it durable. `inodes` and `home` are those of the events."""
        self.home = home
        self._inodes = inodes
        self._chance = chance or random.Random(0)
        self._by_inode: dict[int, Node] = {}
        self._count = count(1)
        self.root = self._read(before, ".")

    def apply(self, event: Event) -> None:
        """The next event."""
        match event.op:
            case Op.MARK:
                pass
            case Op.CREATE:
                self._create(event.path, event.inode)
            case Op.MKDIR:
                made = Folder()
                self._by_inode[event.inode] = made
                self._name(gone=(), come=((event.path, made),))
            case Op.UNLINK | Op.RMDIR:
                self._name(gone=(event.path,), come=())
            case Op.RENAME | Op.LINK:
                self._move(*event.path.split("\0"), inode=event.inode, keeps=event.op is Op.LINK)
            case Op.WRITE | Op.TRUNCATE:
                data = event.data if event.op is Op.WRITE else None
                if isinstance(file := self._by_inode.get(event.inode), File):
                    file.change(_Change(event.offset, data, next(self._count)))
            case Op.SYNC | Op.SYNCED | Op.FAILED:
                self._sync(event)

    def lay_out(self, target: Path, way: Way, chance: random.Random) -> None:
        """One of the states in which the folder may be found, written to `target`."""
        self._write(self.root, target, way, chance, kept=self._names_kept(way, chance))

    def as_programs_see_it(self, target: Path) -> None:
        """What is found when no power was cut."""
        self.lay_out(target, Way.ALL, random.Random(0))

    def unsynced(self) -> int:
        """How much hangs in the air: how many different states there may be."""
        return sum(len(node.pending) for node in {id(one): one for one in self._by_inode.values()}.values())

    def _read(self, folder: Path, name: str) -> Folder:
        names: dict[str, Node] = {}
        for path in sorted(folder.iterdir()):
            below = f"{name}/{path.name}"
            if path.is_dir():
                names[path.name] = self._read(path, below)
            elif path.is_file():
                data = path.read_bytes()
                names[path.name] = self._by_inode[self._inodes[below]] = File(bytearray(data), bytearray(data))
        made = self._by_inode[self._inodes[name]] = Folder(dict(names), dict(names))
        return made

    def _folder_of(self, path: str) -> tuple[Folder, str]:
        *folders, name = Path(path).relative_to(self.home).parts
        found = self.root
        for each in folders:
            below = found.now[each]
            assert isinstance(below, Folder)
            found = below
        return found, name

    def _create(self, path: str, inode: int) -> None:
        folder, name = self._folder_of(path)
        known = self._by_inode.get(inode)
        if known is not None and folder.now.get(name) is known:
            return  # opened so that it would have been made
        made = File()
        self._by_inode[inode] = made
        self._name(gone=(), come=((path, made),))

    def _move(self, old: str, fresh: str, *, inode: int, keeps: bool) -> None:
        node = self._by_inode.get(inode) if old else File()
        if node is None:  # not seen when it was made
            return
        self._name(gone=() if keeps or not old else (old,), come=((fresh, node),) if fresh else ())

    def _name(self, *, gone: tuple[str, ...], come: tuple[tuple[str, Node], ...]) -> None:
        change = _Naming(
            tuple(self._folder_of(path) for path in gone),
            tuple((*self._folder_of(path), node) for path, node in come),
            next(self._count),
        )
        for folder, name in change.gone:
            folder.now.pop(name, None)
        for folder, name, node in change.come:
            folder.now[name] = node
        touched = [*(folder for folder, _ in change.gone), *(folder for folder, _, _ in change.come)]
        for each in {id(folder): folder for folder in touched}.values():
            each.pending.append(change)

    def _sync(self, event: Event) -> None:
        node = self._by_inode.get(event.inode)
        if node is None:
            return
        token = hash((event.pid, event.offset))
        if event.op is Op.SYNC:
            node.syncs[token] = next(self._count)
        elif event.op is Op.FAILED:
            if isinstance(node, File):
                node.failed(self._chance)
        elif (through := node.syncs.pop(token, None)) is not None:
            if isinstance(node, File):
                node.synced(through)
            else:
                _settle(node, through)

    def _names_kept(self, way: Way, chance: random.Random) -> set[int]:
        numbers = sorted({one.number for node in self._folders() for one in node.pending if not one.lasts})
        if way in {Way.ALL, Way.ZEROS}:
            return set(numbers)
        if way is Way.NONE:
            return set()
        if way is Way.MIXED:
            return {number for number in numbers if chance.random() < 0.5}
        # Most file systems keep the order in which names changed.
        return set(numbers[: chance.randrange(len(numbers) + 1)])

    def _folders(self) -> Iterator[Folder]:
        yield from (node for node in self._by_inode.values() if isinstance(node, Folder))

    def _write(self, folder: Folder, target: Path, way: Way, chance: random.Random, *, kept: set[int]) -> None:
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
        names = dict(folder.durable)
        for change in folder.pending:
            if change.lasts or change.number in kept:
                _rename_in(names, folder, change)
        for name, node in names.items():
            if isinstance(node, Folder):
                self._write(node, target / name, way, chance, kept=kept)
            elif not name.endswith(NOT_ON_DISK):
                each = chance.choice([*Way]) if way is Way.MIXED else way
                _put(target / name, node.after(each, chance))


def _put(path: Path, content: bytes) -> None:
    # The reserve is nothing but room: as a hole it costs nobody anything, and reads the same.
    if len(content) >= _ROOM and content == bytes(len(content)):
        with path.open("xb") as file:
            file.truncate(len(content))
    else:
        path.write_bytes(content)


def _settle(folder: Folder, through: int) -> None:
    """The folder was synced: what changed in it before that lasts, in the other folder it touched as well."""
    for change in folder.pending:
        if change.number <= through:
            change.lasts = True
    # In order, up to the first that may still be lost.
    while folder.pending and folder.pending[0].lasts:
        _rename_in(folder.durable, folder, folder.pending.pop(0))


def _rename_in(names: dict[str, Node], folder: Folder, change: _Naming) -> None:
    for where, name in change.gone:
        if where is folder:
            names.pop(name, None)
    names.update({name: node for where, name, node in change.come if where is folder})


def _apply(content: bytearray, change: _Change) -> None:
    if change.data is None:
        if change.offset < len(content):
            del content[change.offset :]
        else:
            content.extend(bytes(change.offset - len(content)))
        return
    if len(content) < change.offset:
        content.extend(bytes(change.offset - len(content)))
    content[change.offset : change.offset + len(change.data)] = change.data


def _apply_torn(content: bytearray, change: _Change, chance: random.Random) -> None:
    if change.data is None:
        if chance.random() < 0.5:
            _apply(content, change)
        return
    end = change.offset + len(change.data)
    for start in range(change.offset // SECTOR * SECTOR, end, SECTOR):
        if chance.random() < 0.5:
            begin, stop = max(start, change.offset), min(start + SECTOR, end)
            part = change.data[begin - change.offset : stop - change.offset]
            _apply(content, _Change(begin, part, change.number))
