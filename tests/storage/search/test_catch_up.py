"""The index catches up with the store: new texts, old ones, changed ones; after a cut, a loss, another copy."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from appliance.keeping.after_loss import after_loss
from storage.database import write
from storage.errors import DiskError
from storage.heal import LOST_MARK
from storage.messages import messages
from storage.meta import Meta
from storage.people import PersonId
from storage.plaintext import Plaintext
from storage.search import catch_up as module
from storage.search.catch_up import catch_up
from storage.search.index import SearchIndex
from storage.search.query import read_query
from storage.search.texts import Unindexed
from storage.vault import DESK_FILE, Vault
from tests import desks


def texts(vault: Vault, *bodies: str, at: int = desks.NOW, number: str = desks.NUMBER, **other: Any) -> PersonId:
    with vault.transaction() as tx:
        person = desks.a_person(tx, vault, number=number).id
        for place, body in enumerate(bodies):
            desks.a_message(tx, person, body, received_at=at + place, **other)
    return person


def up_to_date(vault: Vault, *, batch: int = 3) -> int:
    steps = 0
    while catch_up(vault, at=desks.NOW, batch=batch):
        steps += 1
        assert steps < 500
    return steps


def found(vault: Vault, typed: str) -> list[int]:
    """The times of what is found, counted from the first."""
    return [hit.at - desks.NOW for hit in vault.search_index.find(read_query(typed), limit=50).hits]


def lose(vault: Vault) -> None:
    vault.search_index.drop()


def test_messages_and_replies_are_found_soon_after_they_came(vault: Vault) -> None:
    up_to_date(vault)
    texts(vault, "a crown, please")
    with vault.transaction() as tx:
        desks.a_reply(tx, desks.a_person(tx, vault).id, "Your crown is ready.", created_at=desks.NOW + 9)

    up_to_date(vault)

    assert found(vault, "crown") == [9, 0]


def test_a_lost_index_is_built_anew_the_newest_texts_first(vault: Vault) -> None:
    texts(vault, *(f"crown {n}" for n in range(20)))
    up_to_date(vault)
    lose(vault)

    catch_up(vault, at=desks.NOW, batch=5)

    standing = vault.search_index.standing()
    assert standing is not None
    assert (standing.count, standing.total, standing.whole) == (5, 20, False)
    assert found(vault, "crown") == [19, 18, 17, 16, 15]
    up_to_date(vault)
    assert found(vault, "crown") == list(range(19, -1, -1))


def test_what_comes_while_it_is_built_is_found_at_once_and_once(vault: Vault) -> None:
    texts(vault, *(f"crown {n}" for n in range(12)))
    catch_up(vault, at=desks.NOW, batch=4)
    texts(vault, "crown", at=desks.NOW + 50)
    catch_up(vault, at=desks.NOW, batch=4)

    assert found(vault, "crown")[0] == 50
    up_to_date(vault)
    assert found(vault, "crown") == [50, *range(11, -1, -1)]


def test_texts_of_one_moment_are_all_found(vault: Vault) -> None:
    for _ in range(10):
        texts(vault, "crown")
    lose(vault)

    up_to_date(vault)

    assert found(vault, "crown") == [0] * 10


def test_what_is_not_redacted_yet_is_found_only_by_its_body_that_comes_later(vault: Vault) -> None:
    person = texts(vault, "[not yet redacted] plumbing", redacted=False)
    up_to_date(vault)
    assert found(vault, "plumbing") == []

    with vault.transaction() as tx:
        message = tx.messages.thread(person)[0]
        tx.messages.redacted(message, Plaintext("electrics"), withheld=False)
    up_to_date(vault)

    assert found(vault, "electrics") == [0]
    lose(vault)
    up_to_date(vault)
    assert found(vault, "electrics") == [0]


def test_what_was_withheld_from_a_body_is_not_found(vault: Vault) -> None:
    texts(vault, "I take [PHI redacted] since May", original=Plaintext("I take warfarin since May"))

    up_to_date(vault)

    assert found(vault, "may") == [0]
    assert found(vault, "warfarin") == []


def test_a_batch_is_one_leaf_with_a_count_and_no_rows(vault: Vault) -> None:
    up_to_date(vault)
    texts(vault, "one", "two")
    with vault.look() as tx:
        before = tx.audit.count()

    up_to_date(vault, batch=10)

    with vault.look() as tx:
        assert tx.audit.count() == before + 1
        leaf = json.loads(tx.audit.leaf_body(before))
    assert (leaf["actor"], leaf["action"]) == ("desk", "read")
    assert leaf["detail"] == {"shown": "indexing", "count": 2}


def test_nothing_to_do_writes_nothing(vault: Vault) -> None:
    texts(vault, "one")
    up_to_date(vault)
    with vault.look() as tx:
        before = tx.audit.count()

    assert not catch_up(vault, at=desks.NOW)

    with vault.look() as tx:
        assert tx.audit.count() == before


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", ["add", "add_older", "begin"])
def test_cut_off_in_the_middle_it_goes_on_and_each_text_is_found_once(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, step: str, *, after: bool
) -> None:
    texts(vault, *(f"crown {n}" for n in range(6)))
    up_to_date(vault)
    texts(vault, "crown new", at=desks.NOW + 100)
    if step != "add":
        lose(vault)
    real = getattr(SearchIndex, step)

    def dying(self: SearchIndex, *args: Any, **more: Any) -> None:
        if after:
            real(self, *args, **more)
        raise DiskError("cut off")

    monkeypatch.setattr(SearchIndex, step, dying)
    with pytest.raises(DiskError):
        up_to_date(vault)
    monkeypatch.undo()
    up_to_date(vault)

    assert found(vault, "crown") == [100, 5, 4, 3, 2, 1, 0]
    standing = vault.search_index.standing()
    assert standing is not None
    assert (standing.count, standing.whole) == (7, True)


def test_after_a_cut_between_the_two_files_nothing_is_built_anew(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    texts(vault, "one")
    up_to_date(vault)
    made = vault.search_index.standing()
    texts(vault, "two")
    monkeypatch.setattr(Unindexed, "done", _cut)
    with pytest.raises(DiskError):
        catch_up(vault, at=desks.NOW)
    monkeypatch.undo()

    up_to_date(vault)

    now = vault.search_index.standing()
    assert made is not None
    assert now is not None
    assert now.made == made.made
    assert (found(vault, "two"), now.count) == ([0], 2)


def _cut(*_: object) -> None:
    raise DiskError("cut off")


def test_an_older_copy_of_the_index_is_noticed_and_built_anew(tmp_path: Path) -> None:
    folder = tmp_path / desks.DESK
    with desks.a_vault(folder) as vault:
        texts(vault, "one")
        up_to_date(vault)
    shutil.copy(folder / "search.db", tmp_path / "older")
    with desks.opened(folder) as vault:
        texts(vault, "two")
        up_to_date(vault)
        texts(vault, "three")
        up_to_date(vault)
    shutil.copy(tmp_path / "older", folder / "search.db")

    with desks.opened(folder) as vault:
        up_to_date(vault)
        assert [found(vault, word) for word in ("one", "two", "three")] == [[0]] * 3


def _older_store(vault: Vault) -> None:
    with vault.transaction() as tx:
        made, turn, life = (tx.meta.get(Meta.SEARCH) or "").split(" ")
        tx.meta.put(Meta.SEARCH, f"{made} {int(turn) - 2} {life}")


def _another_life(vault: Vault) -> None:
    with vault.transaction() as tx:
        tx.meta.put(Meta.EPOCH, tx.meta.epoch() + 1)


def _after_a_loss(vault: Vault) -> None:
    (vault.folder / LOST_MARK).touch()
    (vault.folder / "spool").mkdir()
    assert after_loss(vault, at=desks.NOW)


@pytest.mark.parametrize("happens", [_older_store, _another_life, _after_a_loss])
def test_an_index_that_may_know_of_more_than_the_store_is_built_anew(
    vault: Vault, happens: Callable[[Vault], None]
) -> None:
    texts(vault, "one")
    up_to_date(vault)
    before = vault.search_index.standing()
    assert before is not None

    happens(vault)
    up_to_date(vault)

    now = vault.search_index.standing()
    assert now is not None
    assert now.made != before.made
    assert found(vault, "one") == [0]


def test_texts_of_whoever_is_erased_meanwhile_do_not_get_in(vault: Vault) -> None:
    person = texts(vault, "zanzibarquartz")
    texts(vault, "others", number="+15125550199")
    vault.person_keys.destroy([person], at=desks.NOW)
    vault.search_index.forget(person)

    up_to_date(vault)

    assert (found(vault, "zanzibarquartz"), found(vault, "others")) == ([], [0])


def test_removed_bodies_do_not_get_in(vault: Vault) -> None:
    person = texts(vault, "zanzibarquartz")
    with vault.transaction() as tx:
        tx.messages.forget(person, at=desks.NOW)

    up_to_date(vault)

    standing = vault.search_index.standing()
    assert standing is not None
    assert (found(vault, "zanzibarquartz"), standing.count, standing.whole) == ([], 0, True)


def test_one_damaged_value_does_not_keep_the_others_from_being_found(vault: Vault) -> None:
    texts(vault, "one", "two", "three")
    with write(dict(vault.engines())[DESK_FILE]) as connection:
        broken = messages.update().where(messages.c.received_at == desks.NOW + 1).values(body=b"\1" + bytes(60))
        connection.execute(broken)

    up_to_date(vault)

    assert [found(vault, word) for word in ("one", "two", "three")] == [[0], [], [2]]


@pytest.mark.parametrize("step", ["add", "add_older"])
def test_what_changes_while_it_is_put_in_is_put_in_once_more(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    if step == "add":
        up_to_date(vault)
    person = texts(vault, "plumbing")
    real = getattr(SearchIndex, step)

    def changing(self: SearchIndex, *args: Any, **more: Any) -> bool:
        done: bool = real(self, *args, **more)
        monkeypatch.undo()
        with vault.transaction() as tx:
            tx.messages.redacted(tx.messages.thread(person)[0], Plaintext("electrics"), withheld=False)
        return done

    monkeypatch.setattr(SearchIndex, step, changing)
    up_to_date(vault)

    assert (found(vault, "plumbing"), found(vault, "electrics")) == ([], [0])


def test_an_index_that_is_built_anew_in_the_middle_takes_nothing_of_the_old_batch(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a rotation of the keys does: it takes the file away between the reading and the adding."""
    texts(vault, *(f"crown {n}" for n in range(7)))
    catch_up(vault, at=desks.NOW, batch=3)
    real = module._entries

    def taking_away(*args: Any) -> Any:
        monkeypatch.undo()
        lose(vault)
        return real(*args)

    monkeypatch.setattr(module, "_entries", taking_away)
    up_to_date(vault)

    assert found(vault, "crown") == list(range(6, -1, -1))
