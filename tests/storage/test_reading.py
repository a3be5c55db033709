"""Reading: the leaf is written first, in the same transaction; there is no other way to what people wrote."""

import ast
import json
from dataclasses import fields, replace
from pathlib import Path

import pytest

from storage.audit.leaf import Action
from storage.errors import LeafRefusedError, SealError, StorageError
from storage.plaintext import Plaintext
from storage.reading import Reading, Shown
from storage.seals import Sealed, Seals
from storage.vault import Transaction, Vault
from tests import desks

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("storage", "appliance", "ui")
READING = Reading("member:" + "a" * 32, Shown.THREAD, desks.NOW)


def _detail(tx: Transaction, action: Action = Action.READ) -> dict[str, object]:
    leaf = json.loads(tx.audit.leaf_body(tx.audit.count() - 1))
    assert leaf["action"] == action
    detail: dict[str, object] = leaf["detail"]
    return detail


def _a_body(tx: Transaction, vault: Vault, body: str = "Is Sunday possible?") -> Sealed:
    return desks.a_message(tx, desks.a_person(tx, vault).id, body).body


def test_an_act_of_reading_is_one_leaf_however_much_is_shown(store: Vault) -> None:
    with store.transaction() as tx:
        sealed = [_a_body(tx, store) for _ in range(5)]
        before = tx.audit.count()

        tx.readings.open(READING, sealed)

        assert tx.audit.count() == before + 1
        detail = _detail(tx)
        assert (detail["shown"], detail["count"]) == ("thread", 5)
        assert len(set(detail["rows"])) == 5  # type: ignore[call-overload]


def test_nothing_shown_is_nothing_logged(store: Vault) -> None:
    with store.transaction() as tx:
        assert tx.readings.open(READING, []) == {}
        assert tx.audit.count() == 0


def test_the_leaf_names_rows_by_pseudonym_and_the_reason_by_digest(store: Vault) -> None:
    reason = "Ana Ruiz called back about it"
    with store.transaction() as tx:
        body = _a_body(tx, store)

        tx.readings.one(Reading(READING.reader, Shown.ORIGINAL, desks.NOW, reason=reason), body)

        told = json.dumps(_detail(tx, Action.REVEALED))
        assert body.row not in told
        assert "Ana" not in told
        assert tx.readings.reason(json.loads(told)["reason_digest"], reader="owner", at=desks.NOW).text == reason


def test_a_page_of_thousands_names_a_bounded_number_of_rows(store: Vault) -> None:
    with store.transaction() as tx:
        person = desks.a_person(tx, store).id
        sealed = [desks.a_message(tx, person).body for _ in range(400)]

        tx.readings.open(READING, sealed)

        detail = _detail(tx)
        assert detail["count"] == 400
        assert len(detail["rows"]) == 200  # type: ignore[arg-type]


def test_a_transaction_that_fails_after_reading_leaves_no_leaf(store: Vault) -> None:
    with store.transaction() as tx:
        body = _a_body(tx, store)

    def act() -> None:
        with store.transaction() as tx:
            tx.readings.one(READING, body)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()

    with store.look() as tx:
        assert tx.audit.count() == 0


def test_what_does_not_open_raises_after_its_leaf_and_the_caller_decides(store: Vault) -> None:
    with store.transaction() as tx:
        body = _a_body(tx, store)
        broken = replace(body, envelope=bytes([*body.envelope[:-1], body.envelope[-1] ^ 1]))

        with pytest.raises(SealError) as caught:
            tx.readings.one(READING, broken)

        assert tx.audit.count() == 1
        assert body.row not in caught.value.sentence


def test_nothing_can_be_read_in_a_look(vault: Vault) -> None:
    with vault.transaction() as tx:
        body = _a_body(tx, vault)

    with pytest.raises(StorageError), vault.look() as tx:
        tx.readings.one(READING, body)


def test_a_reader_whose_name_could_be_a_persons_is_refused_and_nothing_is_opened(store: Vault) -> None:
    with store.transaction() as tx:
        body = _a_body(tx, store)

        with pytest.raises(LeafRefusedError):
            tx.readings.one(Reading("Ana Ruiz", Shown.THREAD, desks.NOW), body)


def test_what_was_opened_shows_itself_in_no_repr(store: Vault) -> None:
    with store.transaction() as tx:
        body = _a_body(tx, store, "my abscess hurts")

        opened = tx.readings.open(READING, [body])

        assert "abscess" not in f"{opened} {opened!r} {opened[body]} {body!r} {Plaintext('abscess')!r}"


def test_no_noun_hands_out_what_opens(store: Vault) -> None:
    with store.transaction() as tx:
        public = {
            f"{noun.name}.{name}": getattr(getattr(tx, noun.name), name)
            for noun in fields(tx)
            for name in dir(getattr(tx, noun.name))
            if not name.startswith("_")
        }

    assert [name for name, value in public.items() if isinstance(value, Seals)] == []
    assert [name for name in public if name.split(".")[1] in {"open", "one"}] == ["readings.one", "readings.open"]
    assert [name for name in dir(store) if isinstance(getattr(store, name), Seals)] == ["_seals"]


def _calls(tree: ast.AST) -> set[str]:
    """Each call as it is spelled: `self._seals.open`, `open_sealed`."""
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def test_only_a_reading_opens_what_belongs_to_a_person() -> None:
    found: dict[str, set[str]] = {}
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for call in _calls(ast.parse(path.read_text(encoding="utf-8"))):
                last = call.rsplit(".", 1)[-1]
                if last in {"open_sealed", "Seals", "Readings"} or call.endswith("seals.open"):
                    found.setdefault(last, set()).add(path.relative_to(ROOT).as_posix())

    assert found == {
        # Credentials belong to no person, and so do some reasons. Of an archive file only its list is opened: the
        # values in it are sealed with their person's key still. Rotation seals anew what it opens, and shows it nobody.
        "open_sealed": {
            "storage/archive_file.py",
            "storage/credentials.py",
            "storage/reasons.py",
            "storage/rotation/turning.py",
            "storage/seals.py",
        },
        "open": {"storage/reading.py"},
        "Seals": {"storage/vault.py"},
        "Readings": {"storage/vault.py"},
    }


def test_nobody_outside_the_vault_reaches_into_it() -> None:
    inside = {"_seals", "_desk", "_persons", "_connection", "_nouns"}
    reached = [
        f"{path.relative_to(ROOT)}: {node.attr}"
        for room in ("appliance", "ui")
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and (
            (node.attr in inside and not ast.unparse(node.value).startswith("self"))
            # Counting and destroying person keys is a verb of the desk's; having one is not.
            or (node.attr in {"get", "make", "wrap_anew"} and ast.unparse(node.value).endswith("person_keys"))
        )
    ]

    assert reached == []
