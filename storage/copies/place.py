"""A place that keeps copies: what is asked of it, and a folder as one. It is handed sealed bytes and learns nothing."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from storage.errors import DamagedError, StorageError
from storage.spool.disk import Disk


class PlaceError(StorageError):
    """A place cannot be used now. The copies that are there already are as they were."""

    code = "place-failed"


class PlaceMissingError(PlaceError):
    """It is not there: a stick that was pulled out, a share that is not mounted."""

    code = "place-missing"


class PlaceFullError(PlaceError):
    """It has no room left."""

    code = "place-full"


class PlaceReadOnlyError(PlaceError):
    """It may be read and not written."""

    code = "place-read-only"


class PieceMissingError(DamagedError):
    """Something that a set is made of is not at the place."""

    code = "piece-missing"


@dataclass(frozen=True, slots=True)
class Held:
    """One file at a place."""

    name: str
    size: int


class Place(Protocol):
    """Named files in a few folders. Each call raises PlaceError where the place cannot be used."""

    @property
    def title(self) -> str:
        """As the owner knows it."""

    def folders(self, beginning: str) -> tuple[str, ...]:
        """The folders at the place whose names begin like that, sorted."""

    def names(self, folder: str) -> tuple[Held, ...]:
        """What is in that folder, sorted by name; nothing where there is no such folder."""

    def read(self, path: str) -> bytes:
        """The file, from the place itself. Raises PieceMissingError."""

    def write(self, path: str, data: bytes) -> None:
        """Put it there, whole and to stay, or not at all."""

    def remove(self, path: str) -> None:
        """Take it away; it need not be there."""

    def sweep(self, folder: str) -> None:
        """Take away what an interrupted write left there."""


_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}
_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG}
_GONE = {errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.ESTALE, errno.ENOTDIR, errno.EHOSTDOWN, errno.ENOTCONN}
_NEW = ".new"


class FolderPlace:
    """A folder: on a second disk, a share, a stick."""

    def __init__(self, folder: Path, *, disk: Disk | None = None) -> None:
        self._folder = folder
        self._disk = disk or Disk()
        self._lasting: set[Path] = set()

    @property
    def title(self) -> str:
        return str(self._folder)

    @property
    def here(self) -> bool:
        """Whether the folder is there. No chore makes one that is not: it could be the empty spot of a pulled stick."""
        return self._folder.is_dir()

    def make(self) -> bool:
        """The folder itself, where somebody at a terminal names one; whether it was not there."""
        if self.here:
            return False
        with self._translated():
            self._folder.mkdir(parents=True, mode=0o700)
        return True

    def folders(self, beginning: str) -> tuple[str, ...]:
        self._expect()
        with self._translated():
            return tuple(sorted(one.name for one in self._folder.iterdir() if one.name.startswith(beginning)))

    def names(self, folder: str) -> tuple[Held, ...]:
        self._expect()
        with self._translated():
            try:
                found = [Held(one.name, one.stat().st_size) for one in (self._folder / folder).iterdir()]
            except FileNotFoundError:
                return ()
        return tuple(sorted((one for one in found if not one.name.endswith(_NEW)), key=lambda one: one.name))

    def read(self, path: str) -> bytes:
        self._expect()
        with self._translated():
            try:
                with (self._folder / path).open("rb") as file:
                    if hasattr(os, "posix_fadvise"):
                        # From the disk and not from what this machine remembers of its own writing, as far as it will.
                        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
                    return file.read()
            except FileNotFoundError:
                raise PieceMissingError(f"{Path(path).name} is not at the place") from None

    def write(self, path: str, data: bytes) -> None:
        self._expect()
        target = self._folder / path
        with self._translated():
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            new = target.with_name(f"{secrets.token_hex(8)}{_NEW}")
            try:
                self._put(new, data)
                new.replace(target)
                self._disk.sync_folder(target.parent)
                self._make_last(target.parent)
            except BaseException:
                with suppress(OSError):
                    new.unlink()
                raise

    def _make_last(self, folder: Path) -> None:
        """The names of the folders on the way there as well; whoever made them may have been cut off before this."""
        while folder != self._folder and folder not in self._lasting:
            self._disk.sync_folder(folder.parent)
            self._lasting.add(folder)
            folder = folder.parent

    def remove(self, path: str) -> None:
        self._expect()
        with self._translated(), suppress(FileNotFoundError):
            self._disk.remove(self._folder / path)

    def sweep(self, folder: str) -> None:
        with self._translated(), suppress(FileNotFoundError):
            for one in (self._folder / folder).iterdir():
                if one.name.endswith(_NEW):
                    one.unlink()

    def _put(self, path: Path, data: bytes) -> None:
        descriptor = self._disk.create(path)
        try:
            self._disk.write(descriptor, data)
            self._disk.sync(descriptor)
        finally:
            os.close(descriptor)

    def _expect(self) -> None:
        if not self.here:
            raise _missing(self.title)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as failure:
            raise self._named(failure) from None

    def _named(self, failure: OSError) -> PlaceError:
        title, number = self.title, failure.errno
        if number in _FULL:
            return PlaceFullError(f"{title} is full", remedy="make room there; older sets are whole")
        if number in _READ_ONLY:
            return PlaceReadOnlyError(f"{title} may not be written", remedy="take its write protection away")
        if number in _GONE:
            return _missing(title)
        kind = errno.errorcode.get(number or 0, type(failure).__name__)
        return PlaceError(f"{title} failed ({kind})", remedy="look at the disk, the stick or the network")


def _missing(title: str) -> PlaceMissingError:
    return PlaceMissingError(f"{title} is not there", remedy="plug it in, or connect the network drive")
