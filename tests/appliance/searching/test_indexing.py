"""The index of a working desk: what is erased, removed or archived leaves it; a rotation or a closing takes it away."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.keeping.limits import DAY
from appliance.searching.indexing import Indexing
from appliance.searching.told import part
from storage.audit.leaf import Action
from storage.errors import BusyError
from storage.keys.keytable import KeyName
from storage.meta import Meta
from storage.rotation.rotate import ask_for, rotate
from storage.search.query import read_query
from storage.vault import Vault
from tests import desks
from tests.appliance.keeping.keepers import a_conversation, a_keeper
from tests.appliance.keeping.office import CANARY, OTHER, Office
from tests.in_pages import holds
from tests.standins.clock import FixedClock


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with desks.a_vault(tmp_path / desks.DESK) as vault:
        made = Office(vault=vault, clock=FixedClock(desks.NOW), folder=tmp_path / desks.DESK)
        yield made


def indexed(vault: Vault) -> None:
    Indexing(vault, FixedClock(desks.NOW)).whole()


def count(vault: Vault, typed: str) -> int:
    return len(vault.search_index.find(read_query(typed), limit=99).hits)


def in_the_file(vault: Vault, word: str) -> bool:
    return holds(vault.folder / "search.db", vault._search_key(), word.encode())


@pytest.mark.parametrize("running", [True, False], ids=["the chore runs", "nothing runs beside it"])
def test_whoever_is_erased_is_in_no_page_of_the_index(office: Office, *, running: bool) -> None:
    office.eraser = office.eraser.__class__(
        office.vault, office.clock, office.reader, forget=office.vault.search_index.forget
    )
    office.text(CANARY)
    office.text("somebody else's", sender=OTHER)
    indexed(office.vault)
    assert in_the_file(office.vault, CANARY)

    office.ask(office.person())
    office.eraser.run()
    assert count(office.vault, CANARY) == 0
    if running:
        indexed(office.vault)
    else:
        office.vault.search_index.purge_whole()

    assert not in_the_file(office.vault, CANARY)
    assert count(office.vault, "somebody") == 1


@pytest.mark.parametrize("after", ["delete", "archive"])
def test_what_is_past_its_time_is_in_no_page_of_the_index(office: Office, after: str) -> None:
    vault, clock = office.vault, office.clock
    a_conversation(vault, clock.now() - 91 * DAY, f"the {CANARY} said so")
    a_conversation(vault, clock.now() - DAY, "a filling", number=OTHER)
    indexed(vault)
    assert (count(vault, CANARY), count(vault, "open")) == (1, 2)

    keeping = f'bodies = 90\nafter = "{after}"\n'
    a_keeper(vault, clock, keeping, gone=vault.search_index.removing).run(clock.now())

    assert (count(vault, CANARY), count(vault, "open"), count(vault, "filling")) == (0, 1, 1)
    indexed(vault)
    assert not in_the_file(vault, CANARY)


@pytest.mark.parametrize("after_leak", [False, True])
def test_a_rotation_takes_the_file_away_and_it_is_built_anew_under_the_new_key(
    office: Office, *, after_leak: bool
) -> None:
    vault = office.vault
    office.text("a crown")
    indexed(vault)
    old = vault._search_key()
    with vault.transaction() as tx:
        ask_for(tx, after_leak=after_leak, actor="owner")

    rotate(vault, now=desks.NOW)

    assert count(vault, "crown") == 0
    assert not (vault.folder / "search.db").exists()
    indexed(vault)
    assert count(vault, "crown") == 1
    assert vault._search_key() != old
    assert vault.keys.key(KeyName.SEARCH).generation == 2


def test_a_rotation_goes_on_while_the_index_is_searched_and_filled(office: Office) -> None:
    import threading

    vault = office.vault
    for _ in range(30):
        office.text("a crown")
    ending, failed = threading.Event(), []

    def again_and_again(act: object) -> None:
        while not ending.is_set():
            try:
                act()  # type: ignore[operator]
            except Exception as error:  # noqa: BLE001 - a thread's end is told below
                failed.append(error)
                return

    acts = (lambda: count(vault, "crown"), Indexing(vault, office.clock).step)
    threads = [threading.Thread(target=again_and_again, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for _ in range(3):
        with vault.transaction() as tx:
            ask_for(tx, after_leak=False, actor="owner")
        rotate(vault, now=desks.NOW)
    ending.set()
    for thread in threads:
        thread.join(30)

    assert failed == []
    indexed(vault)
    assert count(vault, "crown") == 30


def test_a_closed_desk_has_no_index(office: Office) -> None:
    office.text("a crown")
    indexed(office.vault)
    with office.vault.transaction() as tx:
        tx.meta.put(Meta.CLOSED, desks.NOW)

    indexing = Indexing(office.vault, office.clock)
    indexing.run()
    indexing.whole()

    assert not (office.vault.folder / "search.db").exists()


def test_the_chore_works_for_a_moment_and_then_lets_others_go_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[int] = []

    def step(_: Indexing) -> bool:
        steps.append(1)
        return True

    monkeypatch.setattr(Indexing, "step", step)
    monkeypatch.setattr("appliance.searching.indexing._SLICE_S", 0.0)
    Indexing(office.vault, office.clock).run()
    assert steps == []
    monkeypatch.setattr("appliance.searching.indexing._SLICE_S", 0.05)

    Indexing(office.vault, office.clock).run()

    assert steps
    with office.vault.look() as tx:
        assert not [body for body in tx.audit.bodies() if Action.SEARCHED.value.encode() in body]


def test_a_store_that_is_busy_is_tried_again_later(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> bool:
        raise BusyError("the keys are being changed")

    monkeypatch.setattr("appliance.searching.indexing.catch_up", busy)

    assert not Indexing(office.vault, office.clock).step()


def test_the_status_page_says_how_many_texts_can_be_found(office: Office) -> None:
    office.text("a crown")
    assert part(office.vault, failing=False).sentence == "The index is being built: 0 of 1 texts can be found."
    indexed(office.vault)

    said = part(office.vault, failing=False)

    assert (said.name, said.ok, said.sentence) == ("Search", True, "One text can be found.")
    assert not part(office.vault, failing=True).ok
