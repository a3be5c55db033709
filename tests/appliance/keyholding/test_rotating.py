"""Changing every key from an open desk: who is signed out, when it comes by itself, and what is destroyed later."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.access.sign_in import OWNER, new_link, session, sign_in
from appliance.keyholding.rotating import EVERY_MS, NOTICE_MS, WAITS_FOR_QUIET_MS, Rotating, RotatingError
from appliance.line import NoLine
from appliance.views.refusals import SignInRefused
from storage.errors import StorageError
from storage.keys.keytable import KeyName, KeyState
from storage.keys.rotation import KEPT_RETIRED_MS
from storage.letters import Letter, LetterKind
from storage.rotation.rotate import asked
from storage.spool.reader import SpoolReader
from storage.spool.writer import SpoolWriter
from storage.vault import Vault
from tests.standins.clock import FixedClock
from tests.storage.rotation import cuts

LETTER = Letter(LetterKind.SMS, cuts.LATER, "https://desk.example", (("Body", "hello"),), "", checked=True)


class Door(NoLine):
    """What it was told to seal to, and how often its lines got new keys."""

    def __init__(self) -> None:
        self.recipients: list[str] = []
        self.renewed = 0

    def reseal(self, recipient: str) -> None:
        self.recipients.append(recipient)

    def renew_keys(self) -> None:
        self.renewed += 1


@dataclass
class Office:
    vault: Vault
    clock: FixedClock
    door: Door
    rotating: Rotating
    spool: Path

    def codes(self) -> list[str]:
        with self.vault.look() as tx:
            return [alert.code for alert in tx.alerts.unseen()]

    def set(self, now: int) -> None:
        self.clock.advance(now - self.clock.now())

    def at(self, now: int) -> None:
        self.set(now)
        self.rotating.go_on()
        self.rotating.wait()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    folder = cuts.a_desk(tmp_path / cuts.DESK)
    with cuts.opened(folder) as vault:
        clock, door = FixedClock(cuts.LATER), Door()
        spool = SpoolReader(folder / "spool", identities=vault.keys.intake_identities())
        yield Office(vault, clock, door, Rotating(vault=vault, clock=clock, line=door, spool=spool), folder / "spool")


def signed_in(office: Office) -> str:
    return sign_in(new_link(OWNER, vault=office.vault, clock=office.clock), vault=office.vault, clock=office.clock)


@pytest.mark.parametrize("after_leak", [False, True])
def test_old_cookies_links_and_line_keys_are_dead_when_it_has_begun(office: Office, *, after_leak: bool) -> None:
    cookie, link = signed_in(office), new_link(OWNER, vault=office.vault, clock=office.clock)

    kept = office.vault.folder / "before-upgrade"
    kept.mkdir()

    office.rotating.start(OWNER, after_leak=after_leak)

    assert session(cookie, touch=False, vault=office.vault, clock=office.clock) is None
    assert office.door.renewed == 1
    office.rotating.wait()
    with pytest.raises(SignInRefused):
        sign_in(link, vault=office.vault, clock=office.clock)
    assert office.door.recipients == [office.vault.keys.intake_recipient]
    assert office.codes() == ["keys-changed"]
    assert office.rotating.shown().error == ""
    assert not kept.exists()
    cuts.is_sound(office.vault)


def test_two_at_once_are_refused(office: Office) -> None:
    with office.vault.still():
        # It waits for its turn to write.
        office.rotating._begin()
        with pytest.raises(RotatingError):
            office.rotating.start(OWNER, after_leak=False)
    office.rotating.wait()


def test_one_that_fails_is_told_and_tried_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise StorageError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("appliance.keyholding.rotating.rotate", full)
        office.rotating.start(OWNER, after_leak=True)
        office.rotating.wait()
    assert (office.codes(), office.rotating.shown().error) == (["keys-unchanged"], "storage")

    office.at(cuts.LATER + 1)

    assert office.vault.keys.key(KeyName.DB).generation == 2
    with office.vault.look() as tx:
        assert asked(tx) is None


def test_one_that_is_stopped_goes_on_later(office: Office) -> None:
    cuts.asked(office.vault, after_leak=False)
    office.rotating._ending.set()
    office.rotating._run_and_tell()
    assert office.vault.keys.key(KeyName.DB).generation == 1

    office.at(cuts.LATER)

    assert office.vault.keys.key(KeyName.DB).generation == 2


def test_after_a_year_every_key_is_changed_by_itself_with_notice_before(office: Office) -> None:
    made = office.vault.keys.ring.root.created

    office.at(made + EVERY_MS - NOTICE_MS - 1)
    assert office.codes() == []
    office.at(made + EVERY_MS - NOTICE_MS)
    office.at(made + EVERY_MS - 1)
    assert office.codes() == ["keys-soon"]
    with office.vault.look() as tx:
        assert [alert.count for alert in tx.alerts.unseen()] == [1]
    office.at(made + EVERY_MS)

    assert office.vault.keys.key(KeyName.DB).generation == 2
    assert office.rotating.shown().next_at == office.clock.now() + EVERY_MS


def test_it_waits_a_week_for_a_time_when_nobody_is_at_work(office: Office) -> None:
    due = office.vault.keys.ring.root.created + EVERY_MS
    office.set(due)
    signed_in(office)

    office.at(due)
    assert office.vault.keys.key(KeyName.DB).generation == 1
    office.set(due + WAITS_FOR_QUIET_MS)
    signed_in(office)
    office.at(due + WAITS_FOR_QUIET_MS)

    assert office.vault.keys.key(KeyName.DB).generation == 2


def test_retired_keys_are_destroyed_when_nothing_needs_them(office: Office) -> None:
    letters = SpoolWriter(office.spool, recipient=office.vault.keys.intake_recipient)
    letters.append([LETTER], checked=True)
    letters.close()
    office.rotating.start(OWNER, after_leak=False)
    office.rotating.wait()

    office.at(cuts.LATER + KEPT_RETIRED_MS)
    assert retired(office.vault) == {KeyName.PSEUDO, KeyName.INTAKE}
    for segment in office.spool.glob("*"):
        segment.unlink()
    office.at(cuts.LATER + KEPT_RETIRED_MS + 1)

    assert retired(office.vault) == {KeyName.PSEUDO}
    cuts.is_sound(office.vault)


def retired(vault: Vault) -> set[KeyName]:
    return {key.name for key in vault.keys.table if key.state is KeyState.RETIRED}
