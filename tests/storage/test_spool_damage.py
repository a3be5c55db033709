"""What power cuts and bad disks leave behind, and what the spool makes of it."""

import errno
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.errors import SpoolError, SpoolFailedError, SpoolFullError
from storage.spool.disk import Disk
from storage.spool.limits import SpoolLimits
from storage.spool.reader import SpoolReader
from storage.spool.records import RECORD_MAGIC, SEGMENT_HEADER, Record
from storage.spool.walk import Fault, walk
from tests.standins.letters import (
    IDENTITY,
    NOW,
    HastyDisk,
    a_letter,
    a_reader,
    a_reader_without_keys,
    a_writer,
    bodies,
    the_segments,
)


def three_records(folder: Path) -> tuple[bytes, list[Record]]:
    writer = a_writer(folder)
    for text in ("one", "two", "three"):
        writer.append([a_letter(text)], checked=True)
    writer.close()
    data = the_segments(folder)[0].read_bytes()
    return data, [one for one in walk(data) if isinstance(one, Record)]


def faults(folder: Path) -> list[Fault]:
    return [finding.fault for finding in a_reader(folder).check()]


def reopened(folder: Path) -> None:
    """A fresh process opens the spool and takes one more letter."""
    writer = a_writer(folder, now=NOW + 1000, disk=HastyDisk())
    writer.append([a_letter("after")], checked=True)
    writer.close()


def test_a_write_torn_at_any_byte_loses_nothing_before_it(tmp_path: Path) -> None:
    data, (one, two, _) = three_records(tmp_path / "whole")
    data = data[: two.end]

    for cut in range(len(data)):
        folder = tmp_path / f"cut-{cut}"
        folder.mkdir()
        (folder / the_segments(tmp_path / "whole")[0].name).write_bytes(data[:cut])
        whole = [text for text, record in (("one", one), ("two", two)) if record.end <= cut]
        assert bodies(a_reader(folder)) == whole
        assert all(finding.harmless for finding in a_reader_without_keys(folder).check())
        reopened(folder)
        assert bodies(a_reader(folder)) == [*whole, "after"]
        assert faults(folder) == []


def test_a_last_record_whose_sectors_never_reached_the_disk_is_torn_not_damaged(tmp_path: Path) -> None:
    writer = a_writer(tmp_path)
    writer.append([a_letter("one")], checked=True)
    writer.append([a_letter("y" * 3000)], checked=True)
    writer.close()
    path = the_segments(tmp_path)[0]
    data = path.read_bytes()
    last = [one for one in walk(data) if isinstance(one, Record)][-1]
    first_sector = last.offset // 512 + 1

    for sector in range(first_sector, last.end // 512):
        path.write_bytes(data[: sector * 512] + bytes(512) + data[(sector + 1) * 512 :])
        assert faults(tmp_path) == [Fault.TORN_TAIL]
    path.write_bytes(data[: last.offset] + bytes(last.end - last.offset))
    assert faults(tmp_path) == [Fault.TORN_TAIL]

    reopened(tmp_path)
    assert faults(tmp_path) == []
    assert bodies(a_reader(tmp_path)) == ["one", "after"]


def test_a_flipped_bit_anywhere_is_named_and_costs_only_its_own_record(tmp_path: Path) -> None:
    data, _ = three_records(tmp_path)
    path = the_segments(tmp_path)[0]
    texts = ["one", "two", "three"]

    for place in range(len(data)):
        flipped = bytearray(data)
        flipped[place] ^= 1 << (place % 8)
        path.write_bytes(flipped)
        left = bodies(a_reader(tmp_path))
        findings = a_reader_without_keys(tmp_path).check()
        assert findings, f"byte {place}"
        assert not any(finding.harmless for finding in findings), f"byte {place}: {findings}"
        assert len(left) >= 2
        assert left == [text for text in texts if text in left]


def test_a_damaged_end_that_may_have_been_acknowledged_is_kept_told_and_written_past(tmp_path: Path) -> None:
    data, records = three_records(tmp_path)
    path = the_segments(tmp_path)[0]
    place = records[-1].offset + 100
    path.write_bytes(data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :])
    damaged = path.read_bytes()

    reopened(tmp_path)

    assert path.read_bytes() == damaged
    assert faults(tmp_path) == [Fault.DOUBTFUL_TAIL]
    assert bodies(a_reader(tmp_path)) == ["one", "two", "after"]


def test_damage_in_the_middle_is_told_with_its_place(tmp_path: Path) -> None:
    data, records = three_records(tmp_path)
    path = the_segments(tmp_path)[0]
    path.write_bytes(data[: records[1].offset + 70] + bytes(20) + data[records[1].offset + 90 :])

    (finding,) = a_reader(tmp_path).check()

    assert finding.fault is Fault.DAMAGED_RECORD
    assert (finding.segment, finding.offset) == (path.name, records[1].offset)
    assert finding.length == records[1].end - records[1].offset
    assert not finding.harmless


def test_a_length_that_points_past_the_end_does_not_hide_the_records_behind_it(tmp_path: Path) -> None:
    data, records = three_records(tmp_path)
    length = records[0].offset + 8
    the_segments(tmp_path)[0].write_bytes(data[:length] + b"\x7f" + data[length + 1 :])

    assert bodies(a_reader(tmp_path)) == ["two", "three"]
    reopened(tmp_path)
    assert bodies(a_reader(tmp_path)) == ["two", "three", "after"]


def test_a_damaged_segment_header_costs_no_letter(tmp_path: Path) -> None:
    data, _ = three_records(tmp_path)
    the_segments(tmp_path)[0].write_bytes(b"X" + data[1:])

    assert bodies(a_reader(tmp_path)) == ["one", "two", "three"]
    assert faults(tmp_path) == [Fault.DAMAGED_HEADER]
    reopened(tmp_path)
    assert bodies(a_reader(tmp_path)) == ["one", "two", "three", "after"]


@pytest.mark.parametrize("rewrite", ["drop", "move", "double"])
def test_a_record_taken_out_moved_or_doubled_breaks_the_chain(tmp_path: Path, rewrite: str) -> None:
    data, records = three_records(tmp_path)
    one, two, three = (data[record.offset : record.end] for record in records)
    order = {"drop": [one, three], "move": [two, one, three], "double": [one, two, two, three]}[rewrite]
    the_segments(tmp_path)[0].write_bytes(data[:SEGMENT_HEADER] + b"".join(order))

    assert Fault.BROKEN_CHAIN in faults(tmp_path)


def test_a_cut_or_missing_segment_breaks_the_chain(tmp_path: Path) -> None:
    writer = a_writer(tmp_path, limits=SpoolLimits(segment_bytes=1))
    for text in ("one", "two", "three", "four"):
        writer.append([a_letter(text)], checked=True)
    writer.close()
    segments = the_segments(tmp_path)
    segments[0].write_bytes(segments[0].read_bytes()[:SEGMENT_HEADER])
    segments[2].unlink()

    broken = [finding.segment for finding in a_reader(tmp_path).check() if finding.fault is Fault.BROKEN_CHAIN]

    assert broken == [segments[1].name, segments[3].name]


class BadDisk(HastyDisk):
    """Fails when told: `trouble` is asked before each call and may raise."""

    def __init__(self) -> None:
        self.trouble: Callable[[str], None] = lambda call: None

    def create(self, path: Path) -> int:
        self.trouble("create")
        return super().create(path)

    def write(self, descriptor: int, data: bytes) -> None:
        try:
            self.trouble("write")
        except OSError:
            super().write(descriptor, data[: len(data) // 2])
            raise
        super().write(descriptor, data)

    def sync(self, descriptor: int) -> None:
        self.trouble("sync")
        super().sync(descriptor)

    def truncate(self, descriptor: int, size: int) -> None:
        self.trouble("truncate")
        super().truncate(descriptor, size)

    def sync_folder(self, folder: Path) -> None:
        self.trouble("sync-folder")
        super().sync_folder(folder)


def failing(calls: set[str], code: int = errno.EIO) -> Callable[[str], None]:
    def trouble(call: str) -> None:
        if call in calls:
            raise OSError(code, "the disk said no")

    return trouble


def well(_: str) -> None:
    return None


def test_after_a_failed_fsync_this_process_acknowledges_nothing_more(tmp_path: Path) -> None:
    disk = BadDisk()
    writer = a_writer(tmp_path, disk=disk)
    writer.append([a_letter("kept")], checked=True)

    disk.trouble = failing({"sync"})
    with pytest.raises(SpoolFailedError):
        writer.append([a_letter("lost")], checked=True)
    disk.trouble = well
    with pytest.raises(SpoolFailedError):
        writer.append([a_letter("refused")], checked=True)

    assert writer.failure == "EIO"
    writer.close()
    reopened(tmp_path)
    assert bodies(a_reader(tmp_path))[0] == "kept"
    assert bodies(a_reader(tmp_path))[-1] == "after"
    assert "refused" not in bodies(a_reader(tmp_path))


def test_a_full_disk_refuses_now_and_takes_letters_again_later(tmp_path: Path) -> None:
    disk = BadDisk()
    writer = a_writer(tmp_path, disk=disk)
    writer.append([a_letter("one")], checked=True)

    disk.trouble = failing({"write"}, errno.ENOSPC)
    with pytest.raises(SpoolFullError):
        writer.append([a_letter("no room")], checked=True)
    disk.trouble = well
    writer.append([a_letter("two")], checked=True)

    assert bodies(a_reader(tmp_path)) == ["one", "two"]
    assert faults(tmp_path) == []


@pytest.mark.parametrize("calls", [{"write"}, {"create"}, {"sync-folder"}, {"sync"}])
def test_a_first_segment_that_cannot_be_made_leaves_nothing_behind(tmp_path: Path, calls: set[str]) -> None:
    disk = BadDisk()
    writer = a_writer(tmp_path, disk=disk)
    disk.trouble = failing(calls)

    with pytest.raises(SpoolFailedError):
        writer.append([a_letter()], checked=True)

    assert the_segments(tmp_path) == []


def test_a_full_disk_that_cannot_be_undone_is_a_failed_one(tmp_path: Path) -> None:
    disk = BadDisk()
    writer = a_writer(tmp_path, disk=disk)
    writer.append([a_letter("one")], checked=True)

    disk.trouble = failing({"write", "truncate"}, errno.ENOSPC)
    with pytest.raises(SpoolFailedError):
        writer.append([a_letter("half")], checked=True)

    writer.close()
    reopened(tmp_path)
    assert bodies(a_reader(tmp_path)) == ["one", "after"]


def test_a_disk_that_fails_at_the_start_is_told_when_letters_come(tmp_path: Path) -> None:
    data, _ = three_records(tmp_path)
    the_segments(tmp_path)[0].write_bytes(data[:-5])
    disk = BadDisk()
    disk.trouble = failing({"truncate"})

    writer = a_writer(tmp_path, disk=disk)

    with pytest.raises(SpoolFailedError):
        writer.append([a_letter()], checked=True)


def test_whatever_the_disk_does_what_was_acknowledged_is_there_once(tmp_path: Path) -> None:
    for seed in range(40):
        _acknowledged_letters_survive(tmp_path / str(seed), random.Random(seed))


def _acknowledged_letters_survive(folder: Path, chance: random.Random) -> None:
    acknowledged: list[str] = []
    for process in range(3):
        disk = BadDisk()
        writer = a_writer(folder, disk=disk, limits=SpoolLimits(segment_bytes=1500), now=NOW + process)
        for number in range(12):
            code = chance.choice([errno.EIO, errno.ENOSPC])
            calls = {chance.choice(["create", "write", "sync", "truncate", "sync-folder"])}
            disk.trouble = failing(calls, code) if chance.random() < 0.2 else well
            text = f"{process}-{number}"
            try:
                writer.append([a_letter(text)], checked=True)
            except SpoolError:
                continue
            acknowledged.append(text)
        writer.close()

    read = bodies(a_reader(folder))

    assert len(read) == len(set(read))
    assert [text for text in read if text in acknowledged] == acknowledged
    assert all(finding.harmless for finding in a_reader(folder).check())


def test_bytes_that_look_like_the_start_of_a_record_mislead_nobody(tmp_path: Path) -> None:
    data, records = three_records(tmp_path)
    at = records[1].offset + 100
    the_segments(tmp_path)[0].write_bytes(data[:at] + RECORD_MAGIC + data[at + len(RECORD_MAGIC) :])

    assert bodies(a_reader(tmp_path)) == ["one", "three"]


def test_a_segment_that_power_cuts_emptied_goes_once_a_newer_one_lasts(tmp_path: Path) -> None:
    writer = a_writer(tmp_path)
    writer.append([a_letter("unsynced")], checked=True)
    writer.close()
    emptied = the_segments(tmp_path)[0]
    emptied.write_bytes(emptied.read_bytes()[:SEGMENT_HEADER])

    a_writer(tmp_path, now=NOW).close()
    assert the_segments(tmp_path) == [emptied]
    reopened(tmp_path)

    assert emptied not in the_segments(tmp_path)
    assert bodies(a_reader(tmp_path)) == ["after"]
    assert faults(tmp_path) == []


class WatchedDisk(Disk):
    """Remembers which files were synced; fails where it is told to."""

    def __init__(self, *, fails: bool = False, gone: bool = False) -> None:
        self.synced: list[bytes] = []
        self._fails = fails
        self._gone = gone

    def reopen(self, path: Path) -> int:
        if self._gone:
            path.unlink()
        return super().reopen(path)

    def sync(self, descriptor: int) -> None:
        if self._fails:
            raise OSError(errno.EIO, "the disk failed")
        self.synced.append(os.pread(descriptor, 1 << 20, 0))


def test_a_letter_is_on_the_disk_before_it_is_taken_in(tmp_path: Path) -> None:
    data, _ = three_records(tmp_path)
    disk = WatchedDisk()
    reader = SpoolReader(tmp_path, identities=[IDENTITY], disk=disk)

    letters = reader.read_after(0, 2)

    assert len(letters) == 2
    assert disk.synced == [data]
    assert reader.read_after(letters[-1].sequence + 1, 2) == []
    assert len(disk.synced) == 1


def test_nothing_is_taken_in_that_the_disk_would_not_keep(tmp_path: Path) -> None:
    three_records(tmp_path)

    with pytest.raises(SpoolFailedError, match="EIO"):
        SpoolReader(tmp_path, identities=[IDENTITY], disk=WatchedDisk(fails=True)).read_after(0, 2)


def test_a_segment_that_is_dropped_while_it_is_read_is_no_failure(tmp_path: Path) -> None:
    three_records(tmp_path)

    assert len(SpoolReader(tmp_path, identities=[IDENTITY], disk=WatchedDisk(gone=True)).read_after(0, 9)) == 3
