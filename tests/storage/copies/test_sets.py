import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.copies.restore import bring_back
from storage.copies.writing import BASE_EVERY_MS
from storage.driver import PAGE_BYTES
from storage.meta import Meta
from storage.vault import Vault
from tests.desks import a_vault
from tests.storage.copies.places import Kept


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    with a_vault(tmp_path / "maple") as vault:
        yield Kept(vault, tmp_path / "stick")


def back(kept: Kept, folder: Path) -> Vault:
    folder.mkdir()
    brought = bring_back(kept.place, kept.sheet, folder)
    assert brought.passed_over == ()
    return Vault(folder, brought.keys)


def test_a_set_brings_the_whole_desk_back(kept: Kept, tmp_path: Path) -> None:
    kept.texts(30, words="My tooth hurts")
    kept.write()

    vault = back(kept, tmp_path / "new")

    with vault.transaction() as tx:
        assert tx.messages.count() == 30
    vault.close()


def test_the_second_set_carries_only_what_changed(kept: Kept) -> None:
    kept.texts(200)
    first = kept.write()
    with kept.vault.transaction() as tx:
        tx.meta.put(Meta.LAST_CHECK, 1)

    second = kept.write()

    assert first.base
    assert not second.base
    assert second.pages <= 3
    assert second.sent < 3 * PAGE_BYTES + 4000


def test_a_set_after_no_change_carries_no_page(kept: Kept) -> None:
    kept.texts(5)
    kept.write()

    assert kept.write().pages == 0


def test_every_later_set_stands_for_the_desk_at_its_time(kept: Kept, tmp_path: Path) -> None:
    for round_ in range(5):
        kept.texts(7)
        kept.write()
        vault = back(kept, tmp_path / f"new-{round_}")
        with vault.look() as tx:
            assert tx.messages.count() == 7 * (round_ + 1)
        vault.close()


def test_what_is_written_while_a_set_is_made_is_not_in_it_and_not_lost(kept: Kept, tmp_path: Path) -> None:
    kept.texts(3)
    inside = kept.copy_persons

    def meanwhile() -> str:
        kept.texts(4)
        return inside()

    kept.copy_persons = meanwhile  # type: ignore[method-assign,assignment]
    kept.write()
    first = back(kept, tmp_path / "first")
    with first.look() as tx:
        assert tx.messages.count() == 3
    first.close()
    kept.copy_persons = inside  # type: ignore[method-assign]
    kept.write()
    second = back(kept, tmp_path / "second")
    with second.look() as tx:
        assert tx.messages.count() == 7
    second.close()


def test_a_new_base_is_written_each_week(kept: Kept) -> None:
    kept.texts(1)
    kept.write()

    assert not kept.write().base
    assert kept.write(later=BASE_EVERY_MS).base


def test_nothing_at_the_place_shows_a_word_a_number_or_the_name_of_the_desk(kept: Kept) -> None:
    kept.texts(20, words="a lantern under the seventh stair")
    settings = kept.folder.parent / "settings.toml"
    settings.write_text('name = "Maple Street Dental"')
    kept.write(files={"settings.toml": settings})

    everything = b"".join(path.read_bytes() for path in kept.folder.rglob("*") if path.is_file())

    for told in (b"lantern", b"+1512555", b"Maple", b"maple", b"SQLite", b"passphrase", b"recovery"):
        assert told not in everything
    assert not re.search("maple", " ".join(str(path.relative_to(kept.folder)) for path in kept.folder.rglob("*")))


def test_a_file_beside_the_data_comes_back_and_is_carried_once(kept: Kept, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("[desk]")
    kept.write(files={"settings.toml": settings, "archive/0001.sealed": settings})

    again = kept.write(files={"settings.toml": settings, "archive/0001.sealed": settings})
    vault = back(kept, tmp_path / "new")
    vault.close()

    assert again.pages == 0
    assert again.sent < 3000
    assert (tmp_path / "new" / "settings.toml").read_text() == "[desk]"
    assert (tmp_path / "new" / "archive" / "0001.sealed").read_text() == "[desk]"
