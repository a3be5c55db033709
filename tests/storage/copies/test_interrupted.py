"""A set that is cut off at any write: what was there is whole, what failed is named, and the next one goes on."""

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.copies.place import (
    FolderPlace,
    PieceMissingError,
    PlaceError,
    PlaceFullError,
    PlaceMissingError,
    PlaceReadOnlyError,
)
from storage.copies.shelf import Shelf
from storage.copies.tidy import tidy
from storage.copies.trial import try_set
from storage.errors import DamagedError
from storage.spool.disk import Disk
from tests.desks import a_vault
from tests.storage.copies.places import HOUR, Kept


class Killed(BaseException):
    """As if the process ended there: nothing tidies up after it but what the next one does."""


class FailingDisk(Disk):
    """Fails at the n-th call, then works again."""

    def __init__(self, nth: int, failure: BaseException) -> None:
        self.left = nth
        self.failure = failure

    def _step(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise self.failure

    def create(self, path: Path) -> int:
        self._step()
        return super().create(path)

    def write(self, descriptor: int, data: bytes) -> None:
        if self.left == 1:
            super().write(descriptor, data[: len(data) // 2])
        self._step()
        super().write(descriptor, data)

    def sync(self, descriptor: int) -> None:
        self._step()
        super().sync(descriptor)

    def sync_folder(self, folder: Path) -> None:
        self._step()
        super().sync_folder(folder)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    with a_vault(tmp_path / "maple") as vault:
        kept = Kept(vault, tmp_path / "stick")
        kept.texts(3)
        kept.write()
        yield kept


def newest_is_whole(kept: Kept) -> None:
    newest, bad = kept.shelf.newest()
    assert newest is not None
    assert bad == ()
    try_set(kept.shelf, newest, kept.vault)


def what_comes_of(kept: Kept) -> BaseException | None:
    try:
        kept.write()
    except (PlaceError, Killed) as error:
        return error
    return None


@pytest.mark.parametrize(
    "failure", [OSError(errno.ENOSPC, "full"), OSError(errno.EIO, "broken"), Killed()], ids=["full", "broken", "killed"]
)
def test_wherever_a_set_is_cut_off_the_older_one_is_whole_and_the_next_goes_on(
    kept: Kept, failure: BaseException
) -> None:
    named = {errno.ENOSPC: PlaceFullError, errno.EIO: PlaceError}.get(getattr(failure, "errno", None) or 0, Killed)
    nth = 0
    while True:
        nth += 1
        kept.texts(1)
        disk = FailingDisk(nth, failure)
        kept.place = FolderPlace(kept.folder, disk=disk)
        before = kept.shelf.sets()
        raised = what_comes_of(kept)
        assert raised is None or isinstance(raised, named)
        if disk.left > 0:
            break
        kept.place = FolderPlace(kept.folder)
        if kept.shelf.sets() == before:
            assert nth < 30
        newest_is_whole(kept)

    assert nth > 8
    kept.place = FolderPlace(kept.folder)
    assert not kept.write().base
    newest_is_whole(kept)


def test_what_an_interrupted_set_left_is_swept_away(kept: Kept) -> None:
    kept.texts(1)
    kept.place = FolderPlace(kept.folder, disk=FailingDisk(6, Killed()))
    with pytest.raises(Killed):
        kept.write()
    kept.place = FolderPlace(kept.folder)
    kept.write()
    pieces = len(kept.files("pieces"))
    left_by_a_kill = kept.files("pieces")[0].with_name("0123.new")
    left_by_a_kill.write_bytes(b"half")

    gone = tidy(kept.shelf, kept.now)

    assert gone >= 1
    assert len(kept.files("pieces")) == pieces - gone
    assert not left_by_a_kill.exists()
    newest_is_whole(kept)


def test_sets_thin_out_and_are_gone_after_thirty_days(kept: Kept) -> None:
    for day in range(40):
        for _ in range(2):
            kept.texts(1)
            kept.write(later=12 * HOUR)
        if day % 13 == 0:
            tidy(kept.shelf, kept.now)
    tidy(kept.shelf, kept.now)

    assert 30 <= len(kept.files("sets")) <= 35
    assert len(kept.files("persons")) <= 3
    newest_is_whole(kept)


def test_a_place_that_cannot_be_used_says_why(tmp_path: Path) -> None:
    missing = FolderPlace(tmp_path / "pulled out")
    with pytest.raises(PlaceMissingError):
        missing.names("sets")
    with pytest.raises(PlaceMissingError):
        missing.write("sets/one", b"")
    here = FolderPlace(tmp_path)
    with pytest.raises(PieceMissingError):
        here.read("sets/one")
    for code, named in ((errno.EROFS, PlaceReadOnlyError), (errno.EACCES, PlaceReadOnlyError), (errno.EIO, PlaceError)):
        with pytest.raises(named):
            FolderPlace(tmp_path, disk=FailingDisk(1, OSError(code, "no"))).write("sets/one", b"sealed")
    assert not (tmp_path / "sets" / "one").exists()
    here.remove("sets/one")


def test_a_forged_mark_of_an_epoch_does_not_open(kept: Kept) -> None:
    from storage.keys.secret import SecretBytes

    shelf: Shelf = kept.shelf
    key = SecretBytes(bytes(32))
    shelf.put_epoch(3, key=key)

    assert shelf.epoch(key=key) == 3
    with pytest.raises(DamagedError):
        shelf.epoch(key=SecretBytes(bytes(31) + b"1"))
