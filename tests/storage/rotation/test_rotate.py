"""A rotation of every key: what it changes, what it must not touch, and when it leaves everything as it was."""

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, String, select, update

from storage.archive_file import ARCHIVE_FOLDER
from storage.audit import verify
from storage.audit.bundle import export_evidence
from storage.audit.note import verifier_key
from storage.database import metadata, write
from storage.datafiles import DATA_FILES, DESK, PERSONS
from storage.errors import BusyError, DamagedError, DiskFullError, SealError, StorageError
from storage.keys.copies import NAMES
from storage.keys.keytable import KeyName
from storage.messages import messages
from storage.meta import Meta
from storage.rotation import rotate as module
from storage.rotation import turning
from storage.rotation.files import Held, opens
from storage.rotation.rotate import Step, asked, complete, rotate
from storage.rotation.standing import apart, resume, standing
from storage.rotation.turning import INDEXES
from storage.sample import PLACES, sealed_values
from storage.vault import Vault
from tests import desks
from tests.storage.rotation import cuts

KINDS = pytest.mark.parametrize("after_leak", [False, True], ids=["routine", "after a leak"])


class StoppedError(Exception):
    """The test stops it here."""


def raises_at(wanted: Step, times: int = 1) -> module.Told:
    seen = 0

    def told(step: Step, _: int) -> None:
        nonlocal seen
        seen += step is wanted
        if seen == times:
            raise StoppedError

    return told


@KINDS
def test_everything_is_readable_and_under_new_keys(tmp_path: Path, *, after_leak: bool) -> None:
    folder = cuts.a_desk(tmp_path / cuts.DESK)
    with cuts.opened(folder) as vault:
        old = {file: vault.keys.key(file.key).secret.reveal() for file in DATA_FILES}
        person_key_ids = _person_key_ids(vault)
        cuts.asked(vault, after_leak=after_leak)

        rotate(vault, now=cuts.LATER)

        cuts.is_sound(vault)
        assert {vault.keys.key(name).generation for name in KeyName} == {2}
        assert (_person_key_ids(vault) == person_key_ids) is not after_leak
    cuts.is_tidy(folder)
    for file in DATA_FILES:
        assert not opens(file.path(folder), old[file])


def test_after_a_leak_no_old_ciphertext_is_left(tmp_path: Path) -> None:
    folder = cuts.a_desk(tmp_path / cuts.DESK)
    with cuts.opened(folder) as vault:
        before = {sealed.envelope for sealed in sealed_values(vault, full=True)}
        cuts.asked(vault, after_leak=True)

        rotate(vault, now=cuts.LATER)

        assert not before & {sealed.envelope for sealed in sealed_values(vault, full=True)}


@KINDS
def test_a_pinned_old_audit_key_leads_a_stranger_to_the_new_one(tmp_path: Path, *, after_leak: bool) -> None:
    folder = cuts.a_desk(tmp_path / cuts.DESK)
    with cuts.opened(folder) as vault:
        pinned = verifier_key(cuts.DESK, vault.keys.signer().public_key)
        for _ in range(2):
            cuts.asked(vault, after_leak=after_leak)
            rotate(vault, now=cuts.LATER)
        out = tmp_path / "bundle.zip"
        with vault.reading() as tx, out.open("w+b") as file:
            keys = vault.keys
            export_evidence(
                tx.audit, keys.signer(), file, actor="owner", now=cuts.LATER, older_keys=keys.audit_public_keys()
            )

    assert verify.main([str(out), "--key", pinned]) == 0


@KINDS
@pytest.mark.parametrize("step", [Step.COPYING, Step.SEALING, Step.CHECKING, Step.EXCHANGING])
def test_one_that_is_left_leaves_all_as_it_was(tmp_path: Path, step: Step, *, after_leak: bool) -> None:
    folder = cuts.a_desk(tmp_path / cuts.DESK)
    with cuts.opened(folder) as vault:
        cuts.asked(vault, after_leak=after_leak)

        with pytest.raises(StoppedError):
            rotate(vault, now=cuts.LATER, told=raises_at(step))

        cuts.is_sound(vault)
        assert vault.keys.key(KeyName.DB).generation == 1
        with vault.look() as tx:
            assert asked(tx) == (after_leak, "owner")
        cuts.is_tidy(folder)
        rotate(vault, now=cuts.LATER)
        cuts.is_sound(vault)


def test_what_is_damaged_before_stays_so_and_holds_nothing_up(tmp_path: Path) -> None:
    folder = cuts.a_desk(tmp_path / cuts.DESK)
    with cuts.opened(folder) as vault:
        with vault.look() as tx:
            lost, kept = tx.archive.files()
            person = tx.people.find(vault.number_index(next(iter(cuts.WORDS))))
        assert person is not None
        (folder / ARCHIVE_FOLDER / f"{lost.id}.archive").unlink()
        with write(dict(vault.engines())[DESK.name]) as connection:
            connection.execute(
                update(messages).where(messages.c.person_id == person.id).values(body=b"\x01no envelope")
            )
        cuts.asked(vault, after_leak=True)

        rotate(vault, now=cuts.LATER)

        with vault.look() as tx:
            still, written = tx.archive.files()
        assert (still.id, still.digest) == (lost.id, lost.digest)
        assert written.id != kept.id
        assert written.previous == lost.digest
        (message,) = [one for one in sealed_values(vault, full=True) if one.envelope == b"\x01no envelope"]
        with pytest.raises(SealError):
            vault.prove(message)


@KINDS
def test_a_desk_that_nobody_wrote_to_gets_new_keys_too(tmp_path: Path, *, after_leak: bool) -> None:
    folder = desks.a_folder(tmp_path / desks.DESK)
    with desks.opened(folder) as vault:
        cuts.asked(vault, after_leak=after_leak)
        rotate(vault, now=cuts.LATER)
        assert {vault.keys.key(name).generation for name in KeyName} == {2}


@KINDS
def test_it_tells_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, after_leak: bool) -> None:
    folder = cuts.a_desk(tmp_path / cuts.DESK)
    monkeypatch.setattr(turning, "_OFTEN", 1)
    told: list[int] = []
    with cuts.opened(folder) as vault:
        cuts.asked(vault, after_leak=after_leak)
        rotate(vault, now=cuts.LATER, told=lambda step, count: told.append(count) if step is Step.SEALING else None)
    assert sum(told) > len(cuts.WORDS)


def test_indexes_that_are_of_the_newest_key_already_stay(tmp_path: Path) -> None:
    folder = cuts.a_desk(tmp_path / cuts.DESK)
    with cuts.opened(folder) as vault, write(dict(vault.engines())[DESK.name]) as connection:
        Meta(connection).put(Meta.INDEX_KEY, vault.keys.key(KeyName.PSEUDO).id)
        before = list(connection.scalars(select(messages.c.body_digest)))
        told: list[int] = []

        turning.reindex(connection, vault.keys, told=told.append)

        assert list(connection.scalars(select(messages.c.body_digest))) == before
        assert told == []


def test_nothing_asked_for_is_nothing_done(tmp_path: Path) -> None:
    folder = cuts.a_desk(tmp_path / cuts.DESK)
    before = _digests(folder)
    with cuts.opened(folder) as vault:
        rotate(vault, now=cuts.LATER)
        assert vault.keys.key(KeyName.DB).generation == 1

    assert _digests(folder) == before


def test_where_another_process_has_the_file_open_all_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = cuts.a_desk(tmp_path / cuts.DESK)
    monkeypatch.setattr(Held.__init__, "__kwdefaults__", {"within_s": 0.1})
    with cuts.opened(folder) as vault, cuts.opened(folder):
        cuts.asked(vault, after_leak=False)

        with pytest.raises(BusyError):
            rotate(vault, now=cuts.LATER)

        cuts.is_sound(vault)
        assert vault.keys.key(KeyName.DB).generation == 1


def test_a_writer_of_another_process_waits_while_it_lasts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = cuts.a_desk(tmp_path / cuts.DESK)
    monkeypatch.setattr("storage.driver.BUSY_TIMEOUT_S", 0.1)
    monkeypatch.setattr(Held.__init__, "__kwdefaults__", {"within_s": 0.1})
    refused: list[Step] = []
    with cuts.opened(folder) as vault:
        cuts.asked(vault, after_leak=False)

        def told(step: Step, _: int) -> None:
            if step is Step.CHECKING and not refused:
                with cuts.opened(folder) as other:
                    with pytest.raises(BusyError), other.transaction():
                        pass
                    cuts.sealed_of(other)
                refused.append(step)

        rotate(vault, now=cuts.LATER, told=told)
        cuts.is_sound(vault)

    assert refused


def test_a_full_disk_is_noticed_before_anything_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = cuts.a_desk(tmp_path / cuts.DESK)
    with cuts.opened(folder) as vault:
        cuts.asked(vault, after_leak=False)
        monkeypatch.setattr(module, "_SPARE_BYTES", 2**70)

        with pytest.raises(DiskFullError):
            rotate(vault, now=cuts.LATER)

        assert not vault.keys.pending


def test_a_copy_with_another_number_of_rows_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = cuts.a_desk(tmp_path / cuts.DESK)
    counts = iter([{"people": 1}, {"people": 2}])
    with cuts.opened(folder) as vault:
        cuts.asked(vault, after_leak=False)
        with monkeypatch.context() as patch:
            patch.setattr(module, "_counts", lambda *_: next(counts))
            with pytest.raises(DamagedError):
                rotate(vault, now=cuts.LATER)
        cuts.is_sound(vault)


@pytest.mark.parametrize("fault", ["faults_in", "keyless", "_shut"])
def test_a_copy_that_is_not_sound_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    folder = cuts.a_desk(tmp_path / cuts.DESK)
    with cuts.opened(folder) as vault:
        cuts.asked(vault, after_leak=True)
        with monkeypatch.context() as patch:
            # The copies are asked first.
            answers = iter([["bad"], []])
            patch.setattr(module, fault, lambda *_: next(answers))
            with pytest.raises(DamagedError):
                rotate(vault, now=cuts.LATER)
        cuts.is_sound(vault)


def test_a_keyring_that_cannot_be_written_at_the_end_is_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = cuts.a_desk(tmp_path / cuts.DESK)
    with cuts.opened(folder) as vault:
        cuts.asked(vault, after_leak=True)
        with monkeypatch.context() as patch:
            patch.setattr(module, "finish", _full)
            with pytest.raises(StorageError):
                rotate(vault, now=cuts.LATER)
        assert _is_unfinished(vault)
        cuts.is_sound(vault)

        complete(vault, now=cuts.LATER)

        assert not _is_unfinished(vault)
        cuts.is_sound(vault)
    cuts.is_tidy(folder)


def test_a_rotation_cut_off_before_the_exchange_is_put_back_at_the_next_start(tmp_path: Path) -> None:
    folder = cuts.a_desk(tmp_path / cuts.DESK)
    for file in (DESK, PERSONS):
        file.next(folder).write_bytes(b"left over")

    vault = Vault(folder, resume(folder, cuts.keys_of(folder), now=cuts.LATER))

    cuts.is_sound(vault)
    vault.close()
    cuts.is_tidy(folder)


def test_older_keyrings_from_before_it_are_told_from_damaged_data(tmp_path: Path) -> None:
    folder = cuts.a_desk(tmp_path / cuts.DESK)
    older = {name: (folder / name).read_bytes() for name in NAMES}
    with cuts.opened(folder) as vault:
        cuts.asked(vault, after_leak=False)
        rotate(vault, now=cuts.LATER)
    assert apart(standing(folder, cuts.keys_of(folder))) is None

    for name, content in older.items():
        (folder / name).write_bytes(content)

    fault = apart(standing(folder, cuts.keys_of(folder)))
    assert fault is not None
    assert fault.code == "keyring-apart"


def test_every_sealed_column_and_every_index_has_its_place() -> None:
    """A column that this forgot could not be read after a leak, or found after any rotation."""
    sealed = {(place.table.name, place.column) for place in PLACES}
    by_vault = {("credentials", "sealed"), ("reasons", "vault_sealed")}
    no_seal = {("tree_nodes", "hash"), ("archive_files", "key")}
    found = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert found == sealed | by_vault | no_seal
    indexes = {(column.table.name, column.name) for column in INDEXES}
    other = {"digest", "previous"}  # of tokens, files, reasons: plain or salted
    keyed = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, String) and column.name.endswith(("_index", "_digest")) and column.name not in other
    }
    assert keyed - indexes == {("backups", "persons_digest")} & keyed


def _full(*_: object, **__: object) -> None:
    raise StorageError("the disk is full")


def _is_unfinished(vault: Vault) -> bool:
    return vault.unfinished


def _person_key_ids(vault: Vault) -> set[str]:
    with vault.look() as tx:
        people = [tx.people.find(vault.number_index(number)) for number in cuts.WORDS]
    return {vault.person_keys.get(person.id).id for person in people if person is not None}


def _digests(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in NAMES}
