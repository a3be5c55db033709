"""The check of a desk: whole it passes, and each fault in each kind of file is named, with what to do."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, delete, update

from storage import check
from storage.audit.checkpoint import sign
from storage.audit.leaf import Action
from storage.audit.tables import leaves
from storage.database import metadata, write
from storage.driver import PAGE_BYTES
from storage.errors import WrongKeyError
from storage.ids import new_id
from storage.keys import keyring
from storage.keys.copies import NAMES
from storage.keys.secret import SecretBytes
from storage.letters import Letter, LetterKind
from storage.messages import MessageId, MessageState, messages
from storage.meta import Meta
from storage.person_keys import person_keys
from storage.plaintext import Plaintext
from storage.replies import SentReply
from storage.report import NOT_CHECKED, Counts, Report
from storage.sample import PLACES
from storage.spool.reader import SpoolReader
from storage.spool.segments import segment_paths
from storage.spool.writer import SpoolWriter
from storage.vault import DESK_FILE, PERSONS_FILE, Transaction, Vault
from tests import desks
from tests.damage import flip

DATA_FILES = (DESK_FILE, PERSONS_FILE)
Harm = Callable[[Path], None]


def _letters(folder: Path, recipient: str, count: int) -> None:
    writer = SpoolWriter(folder / "spool", recipient=recipient)
    letter = Letter(LetterKind.SMS, desks.NOW, "https://desk.example/x", (("Body", "x"),), "sig", checked=True)
    writer.append([letter] * count, checked=True)
    writer.close()


@pytest.fixture(autouse=True)
def quick_to_unlock(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the root key, without the half second that a passphrase is meant to take."""
    monkeypatch.setattr(check, "unlock", lambda folder, passphrase, desk: desks.keys_of(folder, desk=desk))


def _answered(tx: Transaction, vault: Vault, number: str) -> SentReply:
    person = desks.a_person(tx, vault, number=number).id
    message = desks.a_message(tx, person, original=Plaintext("my tooth"))
    tx.audit.append(Action.RECEIVED, message.id, actor="intake", at=desks.NOW)
    return desks.a_reply(tx, person, message=message.id)


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a desk with people, texts, replies, a draft, letters taken in and letters that wait."""
    folder = tmp_path_factory.mktemp("furnished") / desks.DESK
    with desks.a_vault(folder) as vault:
        _letters(folder, vault.keys.intake_recipient, 3)
        reader = SpoolReader(folder / "spool", identities=vault.keys.intake_identities())
        taken = reader.read_after(0, 10)[1].sequence
        with vault.transaction() as tx:
            replies = [_answered(tx, vault, f"+151255501{end:02}") for end in range(20)]
            tx.replies.accepted(replies[0].id, account=desks.ACCOUNT, provider_id="SM1")
            asked, about = replies[1].person, MessageId(replies[1].message or "")
            tx.drafts.add(asked, about, new_id(), Plaintext("Nine?"), reason="model", at=desks.NOW)
            tx.messages.settle(about, MessageState.HELD)
            tx.meta.put(Meta.SPOOL_SEQUENCE, taken)
            sign(tx.audit, vault.keys.signer(), desks.NOW)
    return folder


@pytest.fixture
def desk(tmp_path: Path, furnished: Path) -> Path:
    """A copy of it, to be harmed."""
    return Path(shutil.copytree(furnished, tmp_path / desks.DESK))


def checked(folder: Path, *, full: bool = False) -> Report:
    return check.check_desk(folder, SecretBytes(desks.PASSPHRASE.encode()), full=full)


def faults(folder: Path, *, full: bool = False) -> dict[str, str]:
    """What is wrong by itself, and not only unchecked for it."""
    wrong = {one.name: one.detail for one in checked(folder, full=full).checks if not one.ok}
    return {name: detail for name, detail in wrong.items() if detail != NOT_CHECKED}


def a_flipped_bit(path: Path) -> None:
    flip(path, 0.5)


def emptied(path: Path) -> None:
    os.truncate(path, 0)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size * 2 // 3)


def gone(path: Path) -> None:
    path.unlink()


@pytest.fixture(scope="session")
def other_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("other") / "corner-pets"
    with desks.a_vault(folder, desk="corner-pets") as vault:
        _letters(folder, vault.keys.intake_recipient, 3)
    return folder


@pytest.mark.parametrize("full", [False, True])
def test_a_whole_desk_passes_and_is_counted(desk: Path, full: bool) -> None:  # noqa: FBT001
    report = checked(desk, full=full)

    assert [one.name for one in report.checks] == [
        "keyring", "desk.db", "persons.db", "keyring age", "seals", "archive", "log", "marks", "counts", "spool",
    ]  # fmt: skip
    assert report.ok, report
    assert report.counts == Counts(messages_in=20, messages_out=1, held=1, spooled=1, leaves=20)


def test_nothing_is_changed_by_looking(desk: Path) -> None:
    before = {path: path.read_bytes() for path in desk.rglob("*") if path.is_file()}

    checked(desk, full=True)

    assert {path: path.read_bytes() for path in desk.rglob("*") if path.is_file()} == before


def test_a_desk_is_checked_beside_a_core_that_writes(desk: Path) -> None:
    with desks.opened(desk) as vault:
        with vault.transaction() as tx:
            desks.a_message(tx, desks.a_person(tx, vault).id)
        with vault.transaction() as tx:
            desks.a_message(tx, desks.a_person(tx, vault).id)
            report = checked(desk, full=True)
        with vault.look() as tx:
            assert tx.messages.count() == 22

    assert report.ok, report
    assert report.counts.messages_in == 21


def test_a_wrong_passphrase_is_no_fault_of_the_desk(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "unlock", keyring.unlock)
    assert checked(desk).ok

    with pytest.raises(WrongKeyError):
        check.check_desk(desk, SecretBytes(b"a ladder behind the third door"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("harm", [a_flipped_bit, cut, emptied, gone])
def test_a_bad_copy_of_the_keyring_is_named_and_the_rest_is_checked(desk: Path, name: str, harm: Harm) -> None:
    harm(desk / name)

    report = checked(desk)

    assert [one.name for one in report.checks if not one.ok] == ["keyring"]
    assert name in report.checks[0].detail


@pytest.mark.parametrize("name", NAMES)
def test_the_remedy_for_a_bad_copy_of_the_keyring_works(desk: Path, name: str) -> None:
    emptied(desk / name)
    other = next(one for one in NAMES if one != name)
    assert other in faults(desk)["keyring"]

    shutil.copyfile(desk / other, desk / name)

    assert checked(desk).ok


@pytest.mark.parametrize("harm", [a_flipped_bit, cut, emptied, gone])
def test_without_a_whole_keyring_the_spool_is_checked_all_the_same(desk: Path, harm: Harm) -> None:
    for name in NAMES:
        harm(desk / name)

    report = checked(desk)

    by_name = {one.name: one for one in report.checks}
    assert not by_name["keyring"].ok
    assert by_name["desk.db"].detail == NOT_CHECKED
    assert by_name["spool"].ok
    assert report.counts.spooled == 3


def test_the_keyring_of_another_desk_is_named(desk: Path, other_desk: Path) -> None:
    for name in NAMES:
        shutil.copyfile(other_desk / name, desk / name)

    assert "another desk" in faults(desk)["keyring"]


@pytest.mark.parametrize("name", DATA_FILES)
@pytest.mark.parametrize("harm", [a_flipped_bit, cut, emptied, gone])
def test_harm_to_a_data_file_is_named_with_what_to_do(desk: Path, name: str, harm: Harm) -> None:
    harm(desk / name)

    told = faults(desk)

    assert list(told) == [name]
    assert name in told[name]
    assert "to mend it" in told[name]


@pytest.mark.parametrize("name", DATA_FILES)
def test_a_bit_flipped_in_any_page_is_found(desk: Path, name: str) -> None:
    whole = (desk / name).read_bytes()
    pages = len(whole) // PAGE_BYTES
    for page in {0, 1, pages // 3, pages - 1}:
        flip(desk / name, (page * PAGE_BYTES + 1000) / len(whole))

        assert list(faults(desk)) == [name], page
        (desk / name).write_bytes(whole)

    assert checked(desk).ok


@pytest.mark.parametrize("name", DATA_FILES)
def test_a_data_file_of_another_desk_is_told_from_a_damaged_one(desk: Path, other_desk: Path, name: str) -> None:
    shutil.copyfile(other_desk / name, desk / name)

    assert "another desk" in faults(desk)[name]


def test_an_older_copy_of_persons_db_leaves_people_without_keys(desk: Path) -> None:
    older = (desk / PERSONS_FILE).read_bytes()
    with desks.opened(desk) as vault, vault.transaction() as tx:
        newcomer = desks.a_person(tx, vault).id
    (desk / PERSONS_FILE).write_bytes(older)

    told = faults(desk)

    assert list(told) == ["seals"]
    assert newcomer in told["seals"]


def test_a_body_that_was_moved_or_changed_inside_the_encryption_is_found(desk: Path) -> None:
    with desks.opened(desk) as vault, write(vault._desk) as connection:
        first, second = connection.execute(messages.select().limit(2)).all()
        connection.execute(update(messages).where(messages.c.id == first.id).values(body=second.body))

    assert "1 in messages.body" in faults(desk, full=True)["seals"]


def test_people_who_were_erased_are_no_fault(desk: Path) -> None:
    with desks.opened(desk) as vault, write(vault._persons) as connection:
        connection.execute(update(person_keys).values(wrapped=None, destroyed_at=desks.NOW))

    assert checked(desk, full=True).ok


@pytest.mark.parametrize("index", [0, 7, 19])
def test_a_leaf_that_was_taken_out_is_found(desk: Path, index: int) -> None:
    with desks.opened(desk) as vault, write(vault._desk) as connection:
        connection.execute(delete(leaves).where(leaves.c.i == index))

    assert list(faults(desk)) == ["log"]


def _segment(desk: Path) -> Path:
    return segment_paths(desk / "spool")[-1]


@pytest.mark.parametrize("harm", [a_flipped_bit, emptied, gone])
def test_harm_to_the_spool_is_named(desk: Path, harm: Harm) -> None:
    harm(_segment(desk))

    assert list(faults(desk)) == ["spool"]


def test_a_spool_whose_folder_is_gone_is_named(desk: Path) -> None:
    shutil.rmtree(desk / "spool")

    assert list(faults(desk)) == ["spool"]


def test_letters_of_another_desk_are_named(desk: Path, other_desk: Path) -> None:
    shutil.copyfile(_segment(other_desk), _segment(desk))

    assert "unopenable" in faults(desk)["spool"]


def _killed(desk: Path) -> None:
    """Leave the files as a killed core leaves them: with changes that are only in the write-ahead log."""
    with desks.opened(desk) as vault:
        for _ in range(5):
            with vault.transaction() as tx:
                desks.a_message(tx, desks.a_person(tx, vault).id)
        for path in desk.iterdir():
            if path.name.startswith(DESK_FILE):
                shutil.copyfile(path, path.with_name(f"{path.name}.kept"))
    for path in list(desk.glob("*.kept")):
        path.replace(path.with_name(path.name.removesuffix(".kept")))


def test_what_a_killed_core_left_in_the_log_is_read_and_counted(desk: Path) -> None:
    _killed(desk)

    report = checked(desk)

    assert report.ok, report
    assert report.counts.messages_in == 25


@pytest.mark.parametrize("offset", [0, 4, 17, 30, 40, 100, 6000])
def test_a_damaged_write_ahead_log_is_named_and_kept(desk: Path, offset: int) -> None:
    _killed(desk)
    log = desk / f"{DESK_FILE}-wal"
    flip(log, (offset + 0.5) / log.stat().st_size)
    before = log.read_bytes()

    assert "desk.db-wal" in faults(desk)[DESK_FILE]
    assert log.read_bytes() == before


def test_a_log_whose_last_frame_was_never_finished_is_no_fault(desk: Path) -> None:
    _killed(desk)
    log = desk / f"{DESK_FILE}-wal"
    os.truncate(log, log.stat().st_size - 100)

    assert checked(desk).ok


def test_every_sealed_column_is_looked_at() -> None:
    sealed = {(table.name, column.name) for table in metadata.tables.values() for column in table.columns
              if isinstance(column.type, LargeBinary)}  # fmt: skip

    elsewhere = {
        ("tree_nodes", "hash"),
        ("credentials", "sealed"),
        ("reasons", "vault_sealed"),
        ("archive_files", "key"),
    }
    assert sealed - elsewhere == {(place.table.name, place.column) for place in PLACES}


def test_a_vault_that_is_open_can_prove_a_value_and_shows_nothing(vault: Vault) -> None:
    with vault.transaction() as tx:
        body = desks.a_message(tx, desks.a_person(tx, vault).id).body

    assert vault.prove(body) is None  # type: ignore[func-returns-value]
