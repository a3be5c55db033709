import os
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest

from storage.errors import (
    ExistsError,
    ForeignKeyringError,
    KeyringDamagedError,
    KeyringMissingError,
    LockedError,
    MissingError,
    PassphraseError,
    RecoveryCodeError,
    StorageError,
    WrongKeyError,
)
from storage.keys import agekeys, keyring, machine, slots
from storage.keys.keytable import KeyName, KeyState
from storage.keys.ringfile import LARGEST
from storage.keys.secret import SecretBytes
from storage.keys.slots import SlotKind
from tests.storage.keys.conftest import DESK, NOW, PASSPHRASE, Made


def secrets_of(keys: keyring.OpenKeys) -> list[bytes]:
    return [key.secret.reveal() for key in keys.all()]


def test_a_new_desk_opens_by_its_passphrase_and_by_its_sheet_to_the_same_keys(made: Made) -> None:
    by_passphrase = keyring.unlock(made.folder, passphrase=SecretBytes(PASSPHRASE), desk=DESK)
    by_sheet = keyring.unlock(made.folder, recovery=made.sheet.text(), desk=DESK)
    by_groups = keyring.unlock(made.folder, recovery=made.typed)
    by_identity = keyring.unlock_by_identity(made.folder, made.sheet.identity)

    assert by_passphrase.desk == DESK
    assert by_passphrase.findings == ()
    assert {key.name for key in by_passphrase.all()} == set(KeyName)
    assert len(set(secrets_of(by_passphrase))) == len(KeyName)
    assert secrets_of(by_passphrase) == secrets_of(by_sheet) == secrets_of(by_groups) == secrets_of(by_identity)


def test_both_files_are_there_from_the_start_and_only_their_owner_may_read_them(made: Made) -> None:
    assert sorted(path.name for path in made.folder.iterdir()) == ["keyring.a", "keyring.b"]
    if os.name == "posix":
        assert {(made.folder / name).stat().st_mode & 0o777 for name in ("keyring.a", "keyring.b")} == {0o600}


def test_the_files_hold_no_secret_in_the_clear(made: Made) -> None:
    keys = keyring.unlock(made.folder, recovery=made.typed)
    raw = (made.folder / "keyring.a").read_bytes() + (made.folder / "keyring.b").read_bytes()

    for secret in [*secrets_of(keys), keys.root.reveal(), made.sheet.identity.reveal(), PASSPHRASE]:
        assert secret not in raw
        assert secret.hex().encode() not in raw


@pytest.mark.parametrize("name", ["keyring.a", "keyring.b", "desk.db", "persons.db", "search.db"])
def test_a_desk_is_never_made_over_another(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"left from something")

    with pytest.raises(ExistsError, match=name):
        keyring.create(tmp_path, desk=DESK, passphrase=SecretBytes(PASSPHRASE), now=NOW, small_machine=True)

    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_weak_passphrase_makes_no_desk(tmp_path: Path) -> None:
    with pytest.raises(PassphraseError):
        keyring.create(tmp_path / "desk", desk=DESK, passphrase=SecretBytes(b"short"), now=NOW)

    assert not (tmp_path / "desk").exists()


def test_a_folder_that_cannot_be_made_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(StorageError, match="could not be written"):
        keyring.create(
            tmp_path / "file" / "desk", desk=DESK, passphrase=SecretBytes(PASSPHRASE), now=NOW, small_machine=True
        )


def test_too_little_memory_is_said_and_the_sheet_still_opens(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    class Starved:
        def __init__(self, **_: object) -> None:
            pass

        def derive(self, _: bytes) -> bytes:
            raise MemoryError

    monkeypatch.setattr(slots, "Argon2id", Starved)

    with pytest.raises(StorageError, match="64 MiB"):
        keyring.unlock(made.folder, passphrase=SecretBytes(PASSPHRASE))
    assert keyring.unlock(made.folder, recovery=made.typed).desk == DESK


@pytest.mark.parametrize("desk", ["", "Maple", "maple street", "maple|street", "-maple", "x" * 65, "maple\n"])
def test_a_desk_needs_a_plain_name(tmp_path: Path, desk: str) -> None:
    with pytest.raises(StorageError):
        keyring.create(tmp_path, desk=desk, passphrase=SecretBytes(PASSPHRASE), now=NOW)


def test_the_work_factor_follows_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "memory_bytes", lambda: 2 * 1024**3)
    assert keyring.profile_for() == slots.SMALL_MACHINE
    monkeypatch.setattr(machine, "memory_bytes", lambda: 8 * 1024**3)
    assert keyring.profile_for() == slots.STANDARD
    assert (slots.STANDARD.passes, slots.STANDARD.memory_kib, slots.STANDARD.lanes) == (3, 256 * 1024, 4)
    assert (slots.SMALL_MACHINE.passes, slots.SMALL_MACHINE.memory_kib, slots.SMALL_MACHINE.lanes) == (3, 64 * 1024, 4)
    assert keyring.profile_for(small_machine=True) == slots.SMALL_MACHINE
    assert keyring.profile_for(small_machine=False) == slots.STANDARD


def test_a_machine_that_does_not_say_is_taken_for_small(monkeypatch: pytest.MonkeyPatch) -> None:
    assert machine.memory_bytes() > 0

    def silent(name: str) -> int:
        raise ValueError(name)

    monkeypatch.setattr(os, "sysconf", silent)

    assert machine.memory_bytes() == 0
    assert machine.is_small()


# --- what is told apart -------------------------------------------------------------------------------------------


def test_a_wrong_passphrase_is_a_wrong_key(made: Made) -> None:
    with pytest.raises(WrongKeyError) as caught:
        keyring.unlock(made.folder, passphrase=SecretBytes(b"a lantern under the eighth stair"))

    assert (caught.value.code, caught.value.exit_code) == ("wrong-key", 4)


def test_a_passphrase_that_is_no_text_is_a_wrong_key(made: Made) -> None:
    with pytest.raises(WrongKeyError):
        keyring.unlock(made.folder, passphrase=SecretBytes(b"\xff" * 20))


def test_the_sheet_of_another_desk_is_a_wrong_key(made: Made, other: Made) -> None:
    with pytest.raises(WrongKeyError) as caught:
        keyring.unlock(made.folder, recovery=other.typed)

    assert caught.value.code == "wrong-key"


def test_a_mistyped_sheet_is_told_apart_from_a_wrong_one(made: Made) -> None:
    with pytest.raises(RecoveryCodeError) as caught:
        keyring.unlock(made.folder, recovery=made.typed[:-1])

    assert (caught.value.code, caught.value.exit_code) == ("recovery-code", 4)


@pytest.mark.parametrize("given", [{}, {"passphrase": SecretBytes(PASSPHRASE), "recovery": "x"}])
def test_it_takes_one_key_and_not_two(made: Made, given: dict[str, object]) -> None:
    with pytest.raises(StorageError):
        keyring.unlock(made.folder, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("folder", ["", "nowhere"])
def test_no_keyring_at_all_is_missing(tmp_path: Path, folder: str) -> None:
    with pytest.raises(KeyringMissingError) as caught:
        keyring.unlock(tmp_path / folder, passphrase=SecretBytes(PASSPHRASE))

    assert (caught.value.code, caught.value.exit_code) == ("keyring-missing", 5)
    assert isinstance(caught.value, MissingError)
    with pytest.raises(KeyringMissingError):
        keyring.public_facts(tmp_path / folder)


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda raw: b"",
    "cut": lambda raw: raw[: len(raw) // 2],
    "one bit": lambda raw: raw[:300] + bytes([raw[300] ^ 1]) + raw[301:],
    "last byte": lambda raw: raw[:-1],
    "zeros": lambda raw: bytes(len(raw)),
    "noise": lambda raw: os.urandom(len(raw)),
    "doubled": lambda raw: raw + raw,
    "huge": lambda raw: raw + b"x" * (LARGEST + 1),
}


@pytest.mark.parametrize("kind", DAMAGE)
@pytest.mark.parametrize("name", ["keyring.a", "keyring.b"])
def test_one_bad_copy_is_reported_and_the_other_opens(made: Made, name: str, kind: str) -> None:
    path = made.folder / name
    path.write_bytes(DAMAGE[kind](path.read_bytes()))

    keys = keyring.unlock(made.folder, recovery=made.typed)

    assert keys.copy != name
    assert [finding.code for finding in keys.findings] == ["keyring-copy"]
    assert keys.findings[0].sentence.startswith(name)
    assert keyring.public_facts(made.folder).findings == keys.findings


def test_a_missing_copy_is_reported_and_the_other_opens(made: Made) -> None:
    (made.folder / "keyring.b").unlink()

    keys = keyring.unlock(made.folder, recovery=made.typed)

    assert [finding.sentence for finding in keys.findings] == ["keyring.b: it is missing"]


def test_a_copy_that_cannot_be_read_is_reported(made: Made) -> None:
    (made.folder / "keyring.a").unlink()
    (made.folder / "keyring.a").mkdir()

    keys = keyring.unlock(made.folder, recovery=made.typed)

    assert "cannot be read" in keys.findings[0].sentence


@pytest.mark.parametrize("kind", DAMAGE)
def test_two_bad_copies_are_damage_that_names_both(made: Made, kind: str) -> None:
    for path in made.folder.iterdir():
        path.write_bytes(DAMAGE[kind](path.read_bytes()))

    with pytest.raises(KeyringDamagedError) as caught:
        keyring.unlock(made.folder, passphrase=SecretBytes(PASSPHRASE))

    assert (caught.value.code, caught.value.exit_code) == ("keyring-damaged", 5)
    assert "keyring.a: " in caught.value.sentence
    assert "keyring.b: " in caught.value.sentence
    assert caught.value.remedy


def test_every_single_changed_byte_of_a_copy_is_noticed_without_a_key(made: Made) -> None:
    path = made.folder / "keyring.b"
    raw = path.read_bytes()
    for place in range(0, len(raw), 7):
        path.write_bytes(raw[:place] + bytes([raw[place] ^ 0x20]) + raw[place + 1 :])
        assert [finding.code for finding in keyring.public_facts(made.folder).findings] == ["keyring-copy"], place


def test_the_keyring_of_another_desk_is_foreign(made: Made, other: Made) -> None:
    with pytest.raises(ForeignKeyringError):
        keyring.public_facts(other.folder, desk=DESK)
    with pytest.raises(ForeignKeyringError) as caught:
        keyring.unlock(other.folder, recovery=made.typed, desk=DESK)

    assert (caught.value.code, caught.value.exit_code) == ("keyring-foreign", 5)
    assert "oak-lane" in caught.value.sentence


def test_one_copy_of_another_desk_is_reported_where_the_desk_is_known(made: Made, other: Made) -> None:
    (made.folder / "keyring.b").write_bytes((other.folder / "keyring.b").read_bytes())

    keys = keyring.unlock(made.folder, recovery=made.typed, desk=DESK)

    assert [finding.code for finding in keys.findings] == ["keyring-foreign"]
    assert keys.copy == "keyring.a"


def test_copies_of_two_desks_are_foreign_where_it_is_not_known_which_is_meant(made: Made, other: Made) -> None:
    (made.folder / "keyring.b").write_bytes((other.folder / "keyring.b").read_bytes())

    with pytest.raises(ForeignKeyringError):
        keyring.unlock(made.folder, recovery=made.typed)


# --- what the keys do ---------------------------------------------------------------------------------------------


def test_what_is_public_is_known_without_a_key(made: Made) -> None:
    facts = keyring.public_facts(made.folder)
    keys = keyring.unlock(made.folder, recovery=made.typed)

    assert (facts.desk, facts.sequence, facts.written) == (DESK, 2, NOW)
    assert facts.intake_recipient == keys.intake_recipient
    assert facts.audit_public_key == keys.signer().public_key
    assert [slot.kind for slot in facts.slots] == [SlotKind.PASSPHRASE, SlotKind.RECOVERY]
    assert {(key.name, key.generation, key.state, key.created) for key in facts.keys} == {
        (name, 1, KeyState.ACTIVE, NOW) for name in KeyName
    }


def test_keys_are_found_by_name_and_by_id(made: Made) -> None:
    keys = keyring.unlock(made.folder, recovery=made.typed)

    assert keys.by_id(keys.key(KeyName.VAULT).id) is keys.key(KeyName.VAULT)
    with pytest.raises(MissingError):
        keys.by_id("0" * 32)


def test_a_letter_to_the_intake_key_opens(made: Made) -> None:
    keys = keyring.unlock(made.folder, recovery=made.typed)

    letter = agekeys.seal_to([keys.intake_recipient], b"are you open on sunday")

    assert pyrage.decrypt(letter, [keys.intake_identity()]) == b"are you open on sunday"
    assert pyrage.decrypt(letter, list(keys.intake_identities())) == b"are you open on sunday"


def test_the_blind_index_tells_equal_from_unequal_within_its_domain_only(made: Made, other: Made) -> None:
    keys, others = (keyring.unlock(desk.folder, recovery=desk.typed) for desk in (made, other))

    index = keys.blind_index("number", "+15125550100")

    assert index == keys.blind_index("number", "+15125550100")
    assert len(bytes.fromhex(index)) == 32
    assert index != keys.blind_index("number", "+15125550101")
    assert index != keys.blind_index("body", "+15125550100")
    assert index != others.blind_index("number", "+15125550100")
    assert keys.blind_index("a", "b|c") != keys.blind_index("a|b", "c")
    assert keys.blind_index("a", "\ud800")


def test_a_closed_desk_does_nothing_more(made: Made) -> None:
    keys = keyring.unlock(made.folder, recovery=made.typed)
    signer = keys.signer()

    keys.close()

    assert all(bytes(secret._bytes) == bytes(32) for secret in (keys.root, *(key.secret for key in keys.all())))
    for use in (
        lambda: keys.blind_index("number", "x"),
        lambda: keys.intake_recipient,
        keys.intake_identity,
        keys.signer,
        lambda: signer.sign(b"x"),
    ):
        with pytest.raises(LockedError):
            use()


def test_no_secret_shows_in_any_repr(made: Made) -> None:
    keys = keyring.unlock(made.folder, recovery=made.typed)
    shown = repr(keys) + repr(keys.all()) + repr(keys.signer()) + repr(keys.key(KeyName.DB))

    for secret in [*secrets_of(keys), keys.root.reveal()]:
        assert secret.hex() not in shown
        assert repr(secret)[2:-1] not in shown


def test_what_unlocked_the_desk_is_wiped_and_what_the_caller_holds_is_not(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiped: list[bytes] = []
    real = SecretBytes.wipe

    def watched(secret: SecretBytes) -> None:
        wiped.append(bytes(secret._bytes))
        real(secret)

    held = SecretBytes(made.sheet.identity.reveal())
    monkeypatch.setattr(SecretBytes, "wipe", watched)
    keyring.unlock(made.folder, recovery=made.typed)
    keyring.unlock_by_identity(made.folder, held)

    assert wiped == [held.reveal()] * 3
