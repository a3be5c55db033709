from pathlib import Path

import pyrage
import pytest

from storage.errors import AlreadyRunningError, SpoolFullError
from storage.spool.limits import SpoolLimits
from storage.spool.reader import SpoolReader
from storage.spool.segments import total_bytes
from storage.spool.walk import Fault
from storage.spool.writer import SpoolWriter
from tests.standins.letters import HOUR, IDENTITY, NOW, RECIPIENT, a_letter, a_reader, a_writer, bodies, the_segments


def test_letters_come_back_in_order_with_rising_numbers(tmp_path: Path) -> None:
    writer = a_writer(tmp_path)
    writer.append([a_letter("one"), a_letter("two")], checked=True)
    writer.append([a_letter("three")], checked=True)

    letters = a_reader(tmp_path).read_after(0, 100)

    assert [one.letter for one in letters] == [a_letter("one"), a_letter("two"), a_letter("three")]
    assert letters[0].sequence < letters[1].sequence < letters[2].sequence
    assert a_reader(tmp_path).check() == []


def test_a_reader_goes_on_where_it_was_while_the_writer_writes(tmp_path: Path) -> None:
    writer = a_writer(tmp_path, limits=SpoolLimits(segment_bytes=2000))
    reader = a_reader(tmp_path)
    seen: list[str] = []
    last = 0

    for number in range(40):
        writer.append([a_letter(f"{number}"), a_letter(f"{number}b")], checked=True)
        while letters := reader.read_after(last, 3):
            seen += [one.letter.value("Body") or "" for one in letters]
            last = letters[-1].sequence

    assert seen == [text for number in range(40) for text in (f"{number}", f"{number}b")]
    assert len(the_segments(tmp_path)) > 3
    assert reader.count_after(last) == 0
    assert reader.count_after(0) == 80
    assert reader.count_after(reader.read_after(0, 3)[-1].sequence) == 77


def test_what_lies_on_the_disk_holds_no_word_of_a_letter(tmp_path: Path) -> None:
    a_writer(tmp_path).append([a_letter("canary-word")], checked=True)

    for path in tmp_path.iterdir():
        assert b"canary-word" not in path.read_bytes()
        assert b"5550123" not in path.read_bytes()


def test_a_second_writer_is_turned_away(tmp_path: Path) -> None:
    first = a_writer(tmp_path)

    with pytest.raises(AlreadyRunningError):
        a_writer(tmp_path)

    first.close()
    a_writer(tmp_path).append([a_letter()], checked=True)


def test_numbers_are_never_used_twice_even_if_the_spool_was_lost(tmp_path: Path) -> None:
    writer = a_writer(tmp_path, now=NOW)
    writer.append([a_letter("before")], checked=True)
    writer.close()
    last = a_reader(tmp_path).read_after(0, 10)[-1].sequence
    for path in the_segments(tmp_path):
        path.unlink()

    again = a_writer(tmp_path, now=NOW + 1000)
    again.append([a_letter("after")], checked=True)

    assert bodies(a_reader(tmp_path), after=last) == ["after"]


@pytest.mark.parametrize("clock", [0, NOW, NOW - HOUR])
def test_numbers_rise_over_a_restart_whatever_the_clock_says(tmp_path: Path, clock: int) -> None:
    writer = a_writer(tmp_path, now=NOW)
    writer.append([a_letter("before")], checked=True)
    writer.close()
    last = a_reader(tmp_path).read_after(0, 10)[-1].sequence

    again = a_writer(tmp_path, now=clock)
    again.append([a_letter("after")], checked=True)

    # A power cut may have taken letters that a reader had seen already: their numbers lie in the gap.
    assert a_reader(tmp_path).read_after(last, 10)[0].sequence > last + 1000
    assert a_reader(tmp_path).check() == []


def test_numbers_stay_above_what_intake_has_taken(tmp_path: Path) -> None:
    a_reader(tmp_path).note_taken(1 << 60)

    a_writer(tmp_path).append([a_letter()], checked=True)

    assert a_reader(tmp_path).read_after(0, 1)[0].sequence > 1 << 60


def test_an_empty_start_leaves_no_file_behind(tmp_path: Path) -> None:
    for _ in range(3):
        a_writer(tmp_path).close()

    assert the_segments(tmp_path) == []


def test_unchecked_letters_are_marked_whatever_the_letter_says(tmp_path: Path) -> None:
    writer = a_writer(tmp_path)
    writer.append([a_letter("a", checked=True)], checked=False)
    writer.append([a_letter("b", checked=False)], checked=True)
    writer.append([a_letter("c", checked=True)], checked=True)

    assert [one.letter.checked for one in a_reader(tmp_path).read_after(0, 9)] == [False, False, True]


def test_unchecked_letters_have_a_bounded_room_until_intake_has_taken_them(tmp_path: Path) -> None:
    writer = a_writer(tmp_path, limits=SpoolLimits(unchecked_letters=3))
    writer.append([a_letter(), a_letter(), a_letter()], checked=False)

    with pytest.raises(SpoolFullError):
        writer.append([a_letter()], checked=False)
    writer.append([a_letter("signed")], checked=True)

    reader = a_reader(tmp_path)
    reader.note_taken(reader.read_after(0, 9)[-1].sequence)
    writer.append([a_letter("room again")], checked=False)
    assert bodies(reader)[-2:] == ["signed", "room again"]


def test_unchecked_bytes_are_bounded_too_and_counted_again_at_the_start(tmp_path: Path) -> None:
    limits = SpoolLimits(unchecked_bytes=8000)
    writer = a_writer(tmp_path, limits=limits)
    writer.append([a_letter("x" * 5000)], checked=False)
    writer.close()

    again = a_writer(tmp_path, limits=limits)

    with pytest.raises(SpoolFullError):
        again.append([a_letter("x" * 5000)], checked=False)


def _fill(writer: SpoolWriter) -> None:
    for _ in range(20):
        writer.append([a_letter("x" * 1500)], checked=True)


def test_a_full_spool_takes_letters_again_once_segments_are_dropped(tmp_path: Path) -> None:
    writer = a_writer(tmp_path, limits=SpoolLimits(total_bytes=8000, segment_bytes=3000))
    # How many fit is left to age, which adds a little of random length to each file.
    with pytest.raises(SpoolFullError):
        _fill(writer)
    reader = a_reader(tmp_path, now=NOW + 10)
    last = reader.read_after(0, 100)[-1].sequence

    dropped = reader.drop_through(last, older_than_ms=0)

    assert dropped > 0
    writer.append([a_letter("again")], checked=True)
    assert bodies(a_reader(tmp_path))[-1] == "again"
    assert a_reader(tmp_path).check() == []


def test_only_whole_segments_that_are_taken_and_old_are_dropped(tmp_path: Path) -> None:
    writer = a_writer(tmp_path, limits=SpoolLimits(segment_bytes=1))
    for number in range(6):
        writer.append([a_letter(f"{number}" * 400)], checked=True)
    letters = a_reader(tmp_path).read_after(0, 100)
    week = 7 * 24 * HOUR

    assert a_reader(tmp_path, now=NOW + week).drop_through(letters[-1].sequence, older_than_ms=week) == 0
    assert a_reader(tmp_path, now=NOW + week + 1).drop_through(0, older_than_ms=week) == 0
    assert a_reader(tmp_path, now=NOW + week + 1).drop_through(letters[2].sequence, older_than_ms=week) == 3
    assert len(a_reader(tmp_path).read_after(0, 100)) == 3
    assert a_reader(tmp_path, now=NOW + week + 1).drop_through(letters[-1].sequence, older_than_ms=week) == 2
    assert len(the_segments(tmp_path)) == 1


def test_a_segment_is_closed_when_it_grows_old_so_that_it_can_be_dropped(tmp_path: Path) -> None:
    clock = [NOW]
    writer = a_writer(tmp_path)
    writer._now = lambda: clock[0]
    writer.append([a_letter("old")], checked=True)

    clock[0] += 25 * HOUR
    writer.rest()
    writer.append([a_letter("new")], checked=True)

    assert len(the_segments(tmp_path)) == 2
    assert bodies(a_reader(tmp_path)) == ["old", "new"]


def test_letters_sealed_to_an_older_intake_key_still_open(tmp_path: Path) -> None:
    newer = pyrage.x25519.Identity.generate()
    writer = a_writer(tmp_path)
    writer.append([a_letter("to the old key")], checked=True)
    writer.reseal(str(newer.to_public()))
    writer.append([a_letter("to the new key")], checked=True)
    old = a_reader(tmp_path)._identities[0]

    assert bodies(SpoolReader(tmp_path, identities=[newer, old])) == ["to the old key", "to the new key"]
    assert [finding.fault for finding in SpoolReader(tmp_path, identities=[newer]).check()] == ["unopenable"]
    assert SpoolReader(tmp_path, identities=[]).check() == []


def test_files_are_for_the_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    a_writer(folder).append([a_letter()], checked=True)

    assert folder.stat().st_mode & 0o077 == 0
    assert the_segments(folder)[0].stat().st_mode & 0o077 == 0


def test_a_recipient_that_is_none_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    assert RECIPIENT.startswith("age1")
    with pytest.raises(pyrage.RecipientError):
        a_writer(tmp_path).reseal("age1nonsense")


def test_a_record_of_too_many_letters_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="too many"):
        a_writer(tmp_path).append([a_letter()] * 65_536, checked=True)


def test_what_is_no_segment_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.letters").write_text("somebody's notes")
    (tmp_path / "taken").write_text("nonsense")
    writer = a_writer(tmp_path)
    writer.append([a_letter("one")], checked=True)
    writer.rest()
    writer.close()

    assert bodies(a_reader(tmp_path)) == ["one"]
    assert (tmp_path / "notes.letters").read_text() == "somebody's notes"


def test_a_segment_that_is_dropped_while_others_read_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = a_writer(tmp_path, limits=SpoolLimits(segment_bytes=1, unchecked_letters=1))
    for text in ("one", "two"):
        writer.append([a_letter(text)], checked=True)
    gone = the_segments(tmp_path)[0]
    gone.unlink()
    for module in ("reader", "allowance", "segments"):
        monkeypatch.setattr(f"storage.spool.{module}.segment_paths", lambda folder: [gone, *the_segments(folder)])

    assert bodies(a_reader(tmp_path)) == ["two"]
    assert a_reader(tmp_path).check() == []
    writer.append([a_letter("unchecked")], checked=False)
    with pytest.raises(SpoolFullError):
        writer.append([a_letter("unchecked")], checked=False)
    monkeypatch.undo()
    assert total_bytes(tmp_path) == sum(path.stat().st_size for path in the_segments(tmp_path))


def test_a_spool_that_nothing_was_put_into_yet_holds_nothing(tmp_path: Path) -> None:
    reader = a_reader(tmp_path)

    assert (reader.read_after(0, 10), reader.count_after(0), reader.check()) == ([], 0, [])


def test_a_reader_that_begins_late_does_not_open_what_lies_before(tmp_path: Path) -> None:
    writer = a_writer(tmp_path, limits=SpoolLimits(segment_bytes=1))
    for text in ("one", "two", "three"):
        writer.append([a_letter(text)], checked=True)
    second = a_reader(tmp_path).read_after(0, 2)[1].sequence
    first = the_segments(tmp_path)[0]
    first.unlink()
    first.mkdir()  # whoever reads it fails

    assert bodies(a_reader(tmp_path), after=second) == ["three"]
    with pytest.raises(OSError, match="directory"):
        bodies(a_reader(tmp_path))


def test_a_reader_opens_with_the_keys_that_it_was_given_last(tmp_path: Path) -> None:
    other = pyrage.x25519.Identity.generate()
    a_writer(tmp_path).append([a_letter("to the old key")], checked=True)
    reader = SpoolReader(tmp_path, identities=[other])
    assert [one.fault for one in reader.check()] == [Fault.UNOPENABLE]

    beside = reader.with_identities([IDENTITY])
    assert (bodies(beside), bodies(reader)) == (["to the old key"], [])
    reader.take_identities([other, IDENTITY])

    assert bodies(reader) == ["to the old key"]
    assert reader.check() == []


def test_letters_that_intake_has_taken_are_not_counted_as_unchecked_at_the_start(tmp_path: Path) -> None:
    limits = SpoolLimits(segment_bytes=1, unchecked_letters=2)
    writer = a_writer(tmp_path, limits=limits)
    for _ in range(2):
        writer.append([a_letter()], checked=False)
    writer.close()
    reader = a_reader(tmp_path)
    reader.note_taken(reader.read_after(0, 9)[-1].sequence)

    again = a_writer(tmp_path, limits=limits)

    assert again.allowance is not None
    assert again.allowance.unchecked_letters == 0
    again.append([a_letter(), a_letter()], checked=False)


def test_a_reader_with_the_clock_of_the_system_and_no_limits_of_its_own_works(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path, recipient=RECIPIENT)
    writer.append([a_letter("now")], checked=True)
    reader = SpoolReader(tmp_path, identities=a_reader(tmp_path)._identities)

    assert bodies(reader) == ["now"]
    assert reader.drop_through(1 << 62, older_than_ms=0) == 0
