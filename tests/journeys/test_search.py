"""Searching with real processes: beside a running desk and without one; an erased person's words leave the file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storage.keys.keyring import unlock
from storage.keys.keytable import KeyName
from storage.keys.secret import SecretBytes
from tests.in_pages import holds
from tests.journeys.house import PASSPHRASE, House, a_house

NUMBER, OTHER = "+15125550123", "+15125550199"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with a_house(tmp_path / "house") as made:
        yield made


def search(house: House, *words: str) -> dict[str, Any]:
    said = house.command("search", "--json", *words)
    assert said.code == 0, said.err
    found: dict[str, Any] = said.json
    return found


def _texts(house: House, word: str) -> list[str]:
    return [one["text"] for one in search(house, word)["results"] if one["direction"] == "in"]


def _in_the_file(house: House, word: bytes) -> bool:
    keys = unlock(house.desk_folder, passphrase=SecretBytes(PASSPHRASE.encode()), desk=house.desk_folder.name)
    return holds(house.desk_folder / "search.db", keys.key(KeyName.SEARCH).secret.reveal(), word)


def test_what_came_is_found_killed_or_not_and_what_was_erased_is_not_in_the_file(house: House) -> None:
    house.start()
    assert house.carrier.text("is there zanzibarquartz parking?", sender=NUMBER).status == 200
    assert house.carrier.text("is your parking free", sender=OTHER).status == 200
    house.wait_for(lambda: len(_texts(house, "parking")) == 2, "both to be found")
    house.kill()

    assert _texts(house, "zanzi*") == ["is there zanzibarquartz parking?"]
    (house.desk_folder / "search.db").write_bytes(b"no index any more" * 999)
    house.start()
    house.wait_for(lambda: len(_texts(house, "parking")) == 2, "the index to be built anew")
    assert _in_the_file(house, b"zanzibarquartz")

    assert house.command("person", "erase", NUMBER, "--yes").code == 0
    house.wait_for(lambda: _texts(house, "parking") == ["is your parking free"], "them to be found no more")
    house.wait_for(lambda: not _in_the_file(house, b"zanzibar"), "their words to leave the pages")
    assert house.stop().code == 0
    assert not _in_the_file(house, b"zanzibar")
