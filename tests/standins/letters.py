"""Letters and spools for the tests that need some."""

from pathlib import Path

import pyrage

from storage.letters import Letter, LetterKind
from storage.spool.disk import Disk
from storage.spool.limits import USUAL_LIMITS, SpoolLimits
from storage.spool.reader import SpoolReader
from storage.spool.writer import SpoolWriter

HOUR = 3600 * 1000
NOW = 1_795_000_000_000
IDENTITY = pyrage.x25519.Identity.generate()
RECIPIENT = str(IDENTITY.to_public())


class HastyDisk(Disk):
    """Does not wait for the disk: for tests that make thousands of spools and cut no power."""

    def sync(self, descriptor: int) -> None:
        pass

    def sync_folder(self, folder: Path) -> None:
        pass


def a_letter(body: str = "hello", *, sid: str = "SM1", checked: bool = True) -> Letter:
    fields = (("MessageSid", sid), ("From", "+15125550123"), ("Body", body))
    return Letter(LetterKind.SMS, NOW, "https://desk.example/hooks/maple/sms", fields, "c2ln", checked)


def a_writer(
    folder: Path, *, limits: SpoolLimits = USUAL_LIMITS, disk: Disk | None = None, now: int = NOW
) -> SpoolWriter:
    return SpoolWriter(folder, recipient=RECIPIENT, limits=limits, disk=disk, now=lambda: now)


def a_reader_without_keys(folder: Path) -> SpoolReader:
    """Checks all but whether the letters open, which takes most of the time."""
    return SpoolReader(folder, identities=[])


def a_reader(folder: Path, *, now: int = NOW) -> SpoolReader:
    return SpoolReader(folder, identities=[IDENTITY], disk=HastyDisk(), now=lambda: now)


def bodies(reader: SpoolReader, after: int = 0) -> list[str]:
    """What the letters say, in order."""
    return [one.letter.value("Body") or "" for one in reader.read_after(after, 1_000_000)]


def the_segments(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.letters"))
