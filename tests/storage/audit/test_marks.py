"""High-water marks: what is signed, what is read back, and what each says of a log."""

import errno
import io
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage.audit import marks
from storage.audit.checkpoint import sign
from storage.audit.log import AuditLog
from storage.audit.mark_file import FILE, MarkFile
from storage.audit.marks import Kept, Mark, Standing, judge, kept_at, read_mark, spell
from storage.audit.note import Checkpoint, signed_text
from storage.database import write
from storage.errors import AuditError, CheckpointError, LogBehindError, MissingError
from storage.spool.disk import Disk
from tests.storage.audit.conftest import DESK, LATER_SIGNER, NOW, SIGNER, fill

KEYS = (SIGNER.public_key,)
MARK = Mark(1, NOW, Checkpoint(DESK, 500, b"\x01" * 32))


def test_a_mark_is_read_as_it_was_written() -> None:
    text = spell(MARK, SIGNER)

    assert read_mark(text, desk=DESK, public_keys=KEYS) == MARK
    assert text.startswith(f"nightdesk mark 1\ndesk {DESK}\nepoch 1\nat {NOW}\nleaves 500 ")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        spell(MARK, SIGNER).replace("500", "501"),
        spell(MARK, LATER_SIGNER),
        signed_text(MARK.point.text(), SIGNER, desk=DESK),
        signed_text("nightdesk mark 1\ndesk oak-lane\nepoch 1\nat 1\nleaves 1 " + "A" * 43 + "=\n", SIGNER, desk=DESK),
        signed_text("nightdesk mark 1\ndesk maple-street\nepoch 0\nat 1\nleaves 1 x\n", SIGNER, desk=DESK),
    ],
)
def test_what_is_no_mark_of_the_desk_is_refused(text: str) -> None:
    with pytest.raises(CheckpointError):
        read_mark(text, desk=DESK, public_keys=KEYS)


@pytest.mark.parametrize("signed", [0, 1, 7, 8, 30])
def test_a_mark_fits_the_log_that_goes_on_from_it(engine: Engine, signed: int) -> None:
    with write(engine) as connection:
        log = AuditLog(connection, desk=DESK)
        fill(log, signed)
        note = sign(log, SIGNER, NOW)
        mark = Mark(3, NOW, Checkpoint(DESK, note.size, log.root()))
        for _ in range(3):
            assert marks.standing(mark, log, epoch=3) is Standing.FITS
            fill(log, 5)

        assert marks.standing(mark, log, epoch=4) is Standing.OLDER_EPOCH
        assert marks.standing(mark, log, epoch=2) is Standing.NEWER_EPOCH
        ahead = Mark(3, NOW, Checkpoint(DESK, signed + 16, b"\0" * 32))
        assert marks.standing(ahead, log, epoch=3) is Standing.BEHIND
        other = Mark(3, NOW, Checkpoint(DESK, signed, b"\0" * 32))
        assert marks.standing(other, log, epoch=3) is Standing.OTHER_PAST


class Broken:
    """A place that cannot be read."""

    name = "backup"

    def __init__(self, error: Exception) -> None:
        self._error = error

    def read(self) -> str | None:
        raise self._error

    def write(self, text: str) -> None:
        raise self._error


def test_each_place_is_told_of_in_a_sentence(engine: Engine, tmp_path: Path) -> None:
    place = MarkFile(tmp_path)
    with write(engine) as connection:
        log = AuditLog(connection, desk=DESK)
        fill(log, 30)

        def seen(kept: Kept) -> marks.Seen:
            return judge(kept, log, epoch=1, public_keys=KEYS)

        nothing = seen(kept_at(place))
        place.write(spell(MARK, SIGNER))
        behind = seen(kept_at(place))
        vouched = seen(Kept("backup", mark=Mark(1, NOW, Checkpoint(DESK, 30, log.root()))))
        place.write("not signed")
        unreadable = seen(kept_at(place))
        lost = [seen(kept_at(Broken(error))) for error in (OSError(errno.EIO, "x"), MissingError("it is gone"))]

    assert [one.standing for one in (nothing, behind, vouched, unreadable)] == [
        Standing.NONE,
        Standing.BEHIND,
        Standing.FITS,
        Standing.UNREADABLE,
    ]
    assert {one.standing for one in lost} == {Standing.NO_PLACE}
    assert "500 entries" in marks.told(behind)
    assert "it is gone" in marks.told(lost[1])
    error = marks.behind([nothing, behind, *lost])
    assert isinstance(error, LogBehindError)
    assert isinstance(error, AuditError)
    assert (error.code, error.exit_code) == ("log-behind", 5)
    assert "spool remembers 500" in error.sentence
    assert "backup" not in error.sentence


def test_the_mark_in_the_spool_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    class Full(Disk):
        def write(self, descriptor: int, data: bytes) -> None:
            super().write(descriptor, data[:3])
            raise OSError(errno.ENOSPC, "full")

    MarkFile(tmp_path).write("one")
    with pytest.raises(OSError, match="full"):
        MarkFile(tmp_path, disk=Full()).write("two")

    assert MarkFile(tmp_path).read() == "one"
    MarkFile(tmp_path).write("three")
    assert MarkFile(tmp_path).read() == "three"
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_a_mark_file_of_any_size_and_bytes_is_read_in_bounds(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(io.BytesIO(b"\xff" * 100_000).getvalue())

    text = MarkFile(tmp_path).read()

    assert text is not None
    assert len(text) == 4096
