"""The ways to unlock, as the owner changes them on an open desk."""

import json
from pathlib import Path

import pytest

from appliance.gateways.keystore import KeystoreAbsentError, KeystoreError
from appliance.keyholding.slots import SlotGoneError, Slots, identity_in, name_of
from appliance.opening.store import accept_keyring, heal_keyring, open_vault, vault_of
from storage.audit.leaf import Action
from storage.errors import LastSlotError, OlderKeyringError, PassphraseError, SlotError, WrongKeyError
from storage.keys import copies, keyring
from storage.keys.secret import SecretBytes
from storage.keys.slots import SlotKind
from storage.meta import Meta
from storage.vault import Vault
from tests import desks
from tests.standins.clock import FixedClock
from tests.standins.keystores import KeptInMemory

NEW = "three geese in the chapel"


def secret(text: str) -> SecretBytes:
    return SecretBytes(text.encode())


@pytest.fixture
def keystore() -> KeptInMemory:
    return KeptInMemory()


@pytest.fixture
def slots(vault: Vault, clock: FixedClock, keystore: KeptInMemory) -> Slots:
    return Slots(vault, clock, keystore, small_machine=True)


def kinds(vault: Vault) -> list[str]:
    return [slot.kind.value for slot in vault.keys.ring.slots]


def leaves(vault: Vault) -> list[Action]:
    with vault.look() as tx:
        return [Action(json.loads(body)["action"]) for body in tx.audit.bodies()]


def test_a_new_passphrase_opens_and_the_log_says_who_added_it(slots: Slots, vault: Vault) -> None:
    slot = slots.add_passphrase("owner", secret(desks.PASSPHRASE), secret(NEW))

    assert kinds(vault) == ["passphrase", "recovery", "passphrase"]
    assert keyring.unlock(vault.folder, passphrase=secret(NEW)).ring.slots[-1].id == slot.id
    assert leaves(vault)[-1] is Action.SLOT_ADDED
    with vault.look() as tx:
        assert tx.meta.number(Meta.KEYRING_SEQUENCE) == vault.keys.ring.sequence


def test_without_proof_nothing_is_changed_and_the_try_is_on_the_log(slots: Slots, vault: Vault) -> None:
    for refused in (
        lambda: slots.add_passphrase("owner", secret("not the passphrase"), secret(NEW)),
        lambda: slots.add_recovery("owner", secret("not the passphrase")),
        lambda: slots.add_os("owner", secret("not the passphrase")),
        lambda: slots.change_passphrase("owner", secret("not the passphrase"), secret(NEW)),
        lambda: slots.remove("owner", secret("not the passphrase"), vault.keys.ring.slots[0].id),
    ):
        with pytest.raises(WrongKeyError):
            refused()

    assert kinds(vault) == ["passphrase", "recovery"]
    assert leaves(vault) == [Action.UNLOCK_REFUSED] * 5


def test_a_weak_new_passphrase_is_refused_before_anything_is_tried(slots: Slots, vault: Vault) -> None:
    with pytest.raises(PassphraseError):
        slots.add_passphrase("owner", secret(desks.PASSPHRASE), secret("short"))
    with pytest.raises(PassphraseError):
        slots.change_passphrase("owner", secret(desks.PASSPHRASE), secret("short"))

    assert leaves(vault) == []


def test_a_passphrase_is_changed_in_one_go_and_the_old_one_opens_nothing(slots: Slots, vault: Vault) -> None:
    slots.change_passphrase("owner", secret(desks.PASSPHRASE), secret(NEW))

    assert kinds(vault) == ["recovery", "passphrase"]
    assert leaves(vault) == [Action.SLOT_ADDED, Action.SLOT_REMOVED]
    with pytest.raises(WrongKeyError):
        open_vault(vault.folder, secret(desks.PASSPHRASE))
    open_vault(vault.folder, secret(NEW)).close()


def test_a_sheet_is_no_passphrase_to_change(slots: Slots, vault: Vault) -> None:
    sheet = slots.add_recovery("owner", secret(desks.PASSPHRASE))

    with pytest.raises(SlotError):
        slots.change_passphrase("owner", secret(" ".join(sheet.groups)), secret(NEW))


def test_a_new_sheet_opens_the_desk_and_proves_its_owner(slots: Slots, vault: Vault) -> None:
    sheet = slots.add_recovery("owner", secret(desks.PASSPHRASE))

    assert slots.test_words("owner", secret(sheet.text())).id == sheet.slot_id
    slots.remove("owner", secret(sheet.text()), vault.keys.ring.slots[0].id)
    assert kinds(vault) == ["recovery", "recovery"]
    with vault.transaction() as tx:  # the open desk works on with the keys it had
        tx.meta.put("a-fact", 1)


def test_when_a_way_was_tested_is_kept(slots: Slots, vault: Vault, clock: FixedClock) -> None:
    clock.advance(5)

    slots.test_words("owner", secret(desks.PASSPHRASE))

    assert vault.keys.ring.slots[0].tested == clock.now()
    assert leaves(vault) == [Action.SLOT_TESTED]


def test_the_last_way_cannot_go(slots: Slots, vault: Vault) -> None:
    slots.remove("owner", secret(desks.PASSPHRASE), vault.keys.ring.slots[1].id)

    with pytest.raises(LastSlotError):
        slots.remove("owner", secret(desks.PASSPHRASE), vault.keys.ring.slots[0].id)


def test_the_keystore_alone_has_the_identity_of_its_slot(slots: Slots, vault: Vault, keystore: KeptInMemory) -> None:
    slot = slots.add_os("owner", secret(desks.PASSPHRASE))

    identity = keystore.kept[name_of(desks.DESK, slot)]
    assert identity not in (vault.folder / "keyring.a").read_bytes() + (vault.folder / "keyring.b").read_bytes()
    assert keyring.unlock_by_identity(vault.folder, SecretBytes(identity)).desk == desks.DESK
    assert slots.test_os("owner").id == slot.id
    with pytest.raises(SlotError, match="already"):
        slots.add_os("owner", secret(desks.PASSPHRASE))


def test_a_keystore_that_refuses_leaves_the_keyring_as_it_was(
    slots: Slots, vault: Vault, keystore: KeptInMemory
) -> None:
    keystore.failure = KeystoreAbsentError("none here")

    with pytest.raises(KeystoreError):
        slots.add_os("owner", secret(desks.PASSPHRASE))

    assert kinds(vault) == ["passphrase", "recovery"]


def test_a_keyring_that_cannot_be_written_leaves_nothing_in_the_keystore(
    slots: Slots, vault: Vault, keystore: KeptInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(copies, "write_whole", full)

    with pytest.raises(Exception, match="could not be written"):
        slots.add_os("owner", secret(desks.PASSPHRASE))

    assert (keystore.kept, kinds(vault), leaves(vault)) == ({}, ["passphrase", "recovery"], [])


def test_removing_the_os_slot_empties_the_keystore_even_when_it_is_gone(
    slots: Slots, vault: Vault, keystore: KeptInMemory
) -> None:
    first = slots.add_os("owner", secret(desks.PASSPHRASE))
    slots.remove("owner", secret(desks.PASSPHRASE), first.id)
    assert keystore.kept == {}

    second = slots.add_os("owner", secret(desks.PASSPHRASE))
    keystore.failure = KeystoreAbsentError("none here")
    slots.remove("owner", secret(desks.PASSPHRASE), second.id)
    assert SlotKind.OS not in {slot.kind for slot in vault.keys.ring.slots}


def test_a_keystore_that_lost_the_identity_is_told_and_can_be_added_anew(
    slots: Slots, vault: Vault, keystore: KeptInMemory
) -> None:
    slots.add_os("owner", secret(desks.PASSPHRASE))
    keystore.kept.clear()

    with pytest.raises(SlotGoneError) as refused:
        slots.test_os("owner")

    assert "keys slots add" in refused.value.remedy
    slots.add_os("owner", secret(desks.PASSPHRASE))
    identity_in(keystore, desks.DESK, vault.keys.ring.slots)


# -- at the opening ---------------------------------------------------------------------------------------------------


def reopened(folder: Path) -> Vault:
    return vault_of(folder, desks.keys_of(folder))


def test_the_first_opening_sets_the_mark_and_an_older_pair_is_refused_after_it(
    slots: Slots, vault: Vault, clock: FixedClock
) -> None:
    older = {name: (vault.folder / name).read_bytes() for name in copies.NAMES}
    slots.add_recovery("owner", secret(desks.PASSPHRASE))
    slots.remove("owner", secret(desks.PASSPHRASE), vault.keys.ring.slots[-1].id)
    for name, content in older.items():
        (vault.folder / name).write_bytes(content)

    with pytest.raises(OlderKeyringError):
        reopened(vault.folder)

    taken = Vault(vault.folder, desks.keys_of(vault.folder))
    accept_keyring(taken, clock, by="owner")
    taken.close()
    reopened(vault.folder).close()


def test_a_change_that_a_kill_kept_from_the_log_is_on_it_after_the_next_start(vault: Vault, clock: FixedClock) -> None:
    heal_keyring(vault, clock)
    heal_keyring(vault, clock)
    assert leaves(vault) == [Action.CHECKED]

    vault.take_keys(keyring.write_next(vault.folder, vault.keys, now=clock.now()))
    heal_keyring(vault, clock)

    assert leaves(vault) == [Action.CHECKED, Action.CHECKED]


def test_a_bad_copy_is_written_anew_and_told_once(tmp_path: Path, clock: FixedClock) -> None:
    folder = desks.a_folder(tmp_path / desks.DESK)
    (folder / "keyring.b").write_bytes(b"bad")

    with desks.opened(folder) as vault:
        heal_keyring(vault, clock)
        heal_keyring(vault, clock)

        with vault.look() as tx:
            assert [(alert.code, alert.count) for alert in tx.alerts.unseen()] == [("keyring-copy", 1)]
    assert desks.keys_of(folder).findings == ()
