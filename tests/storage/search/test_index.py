"""The index: newest first, in pages; what is forgotten is not in the file any more; what is damaged is built anew."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.driver import connect_alone
from storage.errors import DamagedError, DiskError
from storage.gate import Gate
from storage.ids import new_id
from storage.search.index import SearchIndex
from storage.search.index_file import Entry
from storage.search.query import read_query, words_of
from tests.in_pages import holds

KEY = bytes(range(32))
PERSON = "a" * 32


def entry(words: str, *, at: int = 1, person: str = PERSON) -> Entry:
    return Entry("messages", new_id(), person, at, " ".join(words_of(words)))


@pytest.fixture
def index(tmp_path: Path) -> Iterator[SearchIndex]:
    index = SearchIndex(tmp_path, lambda: KEY, Gate())
    index.begin(total=0)
    yield index
    index.close()


def add(index: SearchIndex, *entries: Entry) -> None:
    standing = index.standing()
    assert standing is not None
    assert index.add(entries, made=standing.made)


def add_older(index: SearchIndex, *entries: Entry, whole: bool = False) -> None:
    standing = index.standing()
    assert standing is not None
    assert index.add_older(entries, made=standing.made, cursor=(entries[0].at, entries[0].id), whole=whole)


def found(index: SearchIndex, typed: str, *, before: int | None = None, limit: int = 20) -> list[int]:
    """The times of what is found."""
    return [hit.at for hit in index.find(read_query(typed), before=before, limit=limit).hits]


def test_the_newest_come_first_whether_they_came_before_or_after_the_building(index: SearchIndex) -> None:
    add(index, entry("a crown", at=50))
    add_older(index, entry("a crown", at=30), entry("the crown", at=40))
    add(index, entry("crown", at=60))
    add_older(index, entry("crown", at=10), entry("crown", at=20))

    assert found(index, "crown") == [60, 50, 40, 30, 20, 10]
    assert found(index, "a crown") == [50, 30]


def test_pages_follow_one_another_without_gap_or_repetition(index: SearchIndex) -> None:
    add(index, *(entry("filling", at=at) for at in range(45)))
    seen: list[int] = []
    before, more = None, True
    while more:
        page = index.find(read_query("filling"), before=before, limit=20)
        seen += [hit.at for hit in page.hits]
        before, more = page.hits[-1].place, page.more

    assert seen == list(range(44, -1, -1))


def test_a_page_that_holds_all_says_that_there_are_no_more(index: SearchIndex) -> None:
    add(index, *(entry("filling", at=at) for at in range(20)))

    assert not index.find(read_query("filling"), limit=20).more


def test_phrases_beginnings_accents_and_digits_are_found(index: SearchIndex) -> None:
    add(index, entry("Root canal for José, call 555-0143", at=1), entry("canal root appointments", at=2))

    assert found(index, '"root canal"') == [1]
    assert found(index, "jose") == [1]
    assert found(index, "appoin*") == [2]
    assert found(index, "app*") == [2]
    assert found(index, "555-0143") == [1]
    assert found(index, "0143-555") == []
    assert found(index, "") == []
    assert found(index, "root missing") == []


def test_what_changed_is_found_by_its_new_words_only_and_counted_once(index: SearchIndex) -> None:
    first = entry("[not yet redacted] plumbing")
    add(index, first)
    add(index, Entry(first.source, first.id, first.person, first.at, "electrics"))

    assert (found(index, "plumbing"), found(index, "electrics")) == ([], [1])
    standing = index.standing()
    assert standing is not None
    assert standing.count == 1


def test_what_is_in_already_is_left_as_it_is_by_the_history(index: SearchIndex) -> None:
    newest = entry("once", at=5)
    add(index, newest)
    add_older(index, entry("once", at=4), newest)

    assert found(index, "once") == [5, 4]


def _in_the_file(tmp_path: Path, value: bytes) -> bool:
    return holds(tmp_path / "search.db", KEY, value)


@pytest.mark.parametrize("way", ["person", "text"])
@pytest.mark.parametrize("merged", [False, True], ids=["fresh", "merged"])
def test_after_forgetting_no_page_of_the_file_holds_the_words(
    index: SearchIndex, tmp_path: Path, *, way: str, merged: bool
) -> None:
    chance = random.Random(7)
    words = [f"w{chance.randrange(900)}" for _ in range(12)]
    theirs = entry("zanzibarquartz xylophonist", person="b" * 32)
    for part in range(12):
        others = [entry(" ".join(chance.choices(words, k=8)), at=part) for _ in range(40)]
        add(index, *others[:20], *([theirs] if part == 5 else []), *others[20:])
    if merged:
        index.forget("c" * 32)
        add(index, one := entry("another"))
        index.purge_whole()
        assert found(index, "another") == [one.at]
    assert _in_the_file(tmp_path, b"zanzibarquartz")

    if way == "person":
        index.forget("b" * 32)
    else:
        with index.removing([theirs.id]):
            pass
    assert found(index, "zanzibarquartz") == []
    index.purge_whole()

    assert not _in_the_file(tmp_path, b"zanzibar")
    assert not _in_the_file(tmp_path, b"xylophon")
    assert not _in_the_file(tmp_path, bytes.fromhex(theirs.id))
    assert found(index, words[0])
    assert (standing := index.standing()) is not None
    assert standing.count == 480 + merged


def test_what_is_to_be_purged_is_remembered_when_the_desk_is_closed_in_between(
    index: SearchIndex, tmp_path: Path
) -> None:
    add(index, entry("zanzibarquartz"), entry("others", person="c" * 32))
    index.forget(PERSON)
    index.close()

    again = SearchIndex(tmp_path, lambda: KEY, Gate())
    again.purge_whole()
    again.close()

    assert not _in_the_file(tmp_path, b"zanzibar")


def test_forgetting_bears_being_done_twice_and_where_there_is_no_index(index: SearchIndex) -> None:
    add(index, entry("gone"))
    index.forget(PERSON)
    index.forget(PERSON)
    index.drop()
    index.forget(PERSON)
    index.purge_whole()

    assert found(index, "gone") == []


def test_what_is_added_to_another_building_is_not_taken(index: SearchIndex) -> None:
    standing = index.standing()
    assert standing is not None
    index.begin(total=0)

    assert not index.add([entry("late")], made=standing.made)
    assert not index.add_older([entry("late")], made=standing.made, cursor=None, whole=True)
    assert found(index, "late") == []


def _damage(path: Path, how: str) -> None:
    data = bytearray(path.read_bytes())
    match how:
        case "emptied":
            path.write_bytes(b"")
        case "cut":
            path.write_bytes(data[:5000])
        case "flipped":
            for at in range(100, len(data), 512):
                data[at] ^= 1
            path.write_bytes(data)
        case "noise":
            path.write_bytes(random.Random(1).randbytes(len(data)))
        case _:
            path.unlink()


@pytest.mark.parametrize("how", ["emptied", "cut", "flipped", "noise", "missing"])
def test_a_file_that_is_damaged_is_no_index_and_can_be_built_anew(index: SearchIndex, tmp_path: Path, how: str) -> None:
    add(index, *(entry("crown", at=at) for at in range(50)))
    index.close()
    _damage(tmp_path / "search.db", how)

    assert index.standing() is None
    assert found(index, "crown") == []
    index.begin(total=0)
    add(index, entry("crown", at=7))
    assert found(index, "crown") == [7]


def test_a_file_of_another_key_is_no_index(index: SearchIndex, tmp_path: Path) -> None:
    add(index, entry("crown"))
    index.close()

    other = SearchIndex(tmp_path, lambda: bytes(32), Gate())

    assert other.standing() is None
    assert not (tmp_path / "search.db").exists()


def test_an_index_of_another_form_is_built_anew(index: SearchIndex, tmp_path: Path) -> None:
    index._file._driver.execute("UPDATE facts SET value = 0 WHERE name = 'format'")  # type: ignore[union-attr]
    index.close()

    assert index.standing() is None


def test_damage_that_shows_while_it_is_used_ends_that_index(index: SearchIndex, tmp_path: Path) -> None:
    add(index, *(entry(f"crown {new_id()}", at=at) for at in range(3000)))
    index.close()
    path = tmp_path / "search.db"
    assert index.standing() is not None
    data = bytearray(path.read_bytes())
    for at in range(5 * 4096, len(data), 4096):
        data[at + 2000] ^= 255
    path.write_bytes(data)

    with pytest.raises(DamagedError):
        found(index, "crown", limit=3000)

    assert index.standing() is None


def test_a_transaction_that_fails_leaves_everything_as_it_was(
    index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(index, entry("before"))
    file = index._file
    assert file is not None
    before = index.standing()
    monkeypatch.setattr(type(file), "_places", _fails)

    with pytest.raises(DiskError):
        add(index, entry("after"))

    monkeypatch.undo()
    assert index.standing() == before
    assert found(index, "after") == []


def _fails(*_: object) -> None:
    raise DiskError("the disk failed")


def test_whoever_finds_does_not_wait_for_somebodys_turn(index: SearchIndex) -> None:
    add(index, entry("crown"))
    with index.turn():
        assert found(index, "crown") == [1]


def test_while_somebody_reads_older_pages_the_purge_is_not_done(index: SearchIndex, tmp_path: Path) -> None:
    add(index, entry("zanzibarquartz"), entry("others", person="c" * 32))
    reader = connect_alone(tmp_path / "search.db", KEY)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM entries").fetchone()
    index.forget(PERSON)
    index._file._driver.execute("PRAGMA busy_timeout = 10")  # type: ignore[union-attr]

    assert not any(index.purge() for _ in range(3))

    reader.close()
    index.purge_whole()
    assert not _in_the_file(tmp_path, b"zanzibar")


def test_a_file_without_its_tables_is_no_index(index: SearchIndex, tmp_path: Path) -> None:
    index.drop()
    made = connect_alone(tmp_path / "search.db", KEY, create=True)
    made.execute("CREATE TABLE another (id)")
    made.close()

    assert index.standing() is None
