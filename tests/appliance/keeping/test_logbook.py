"""The log as people get it out of the desk: told, for evidence, for support; and accepted where its end is missing."""

import json
import zipfile

import pyrage
import pytest

from appliance.chores import LogCheck
from appliance.gateways.keystore import NoKeystore
from appliance.keeping.logbook import PREVIEW_FOR_MS, LogBook
from appliance.keeping.mark_places import keystore_mark
from appliance.keeping.marks import Marks
from appliance.keeping.support import DeskFacts
from appliance.views.refusals import NotPossible, OutOfDate
from storage.alerts import AlertKind
from storage.audit import verify
from storage.audit.mark_file import MarkFile
from storage.errors import RecipientError
from storage.meta import Meta
from storage.reading import Reading, Shown
from storage.vault import Vault
from tests import desks
from tests.appliance.evening import Evening
from tests.standins.clock import FixedClock

FACTS = DeskFacts("ready", ("late",), ("dental", "test-phone", "offline"), (("Door", True),), (("disk", False),))
CANARY = "my tooth 7Q-canary hurts"


@pytest.fixture
def book(vault: Vault, clock: FixedClock) -> LogBook:
    (vault.folder / "spool").mkdir()
    marks = Marks(vault, clock, (MarkFile(vault.folder / "spool"), keystore_mark(NoKeystore(), vault.keys)))
    return LogBook(vault, clock, marks, LogCheck(at=clock.now()))


def test_the_page_tells_what_there_is_before_and_after_the_first_signing(book: LogBook, clock: FixedClock) -> None:
    before = book.shown()
    assert (before.leaves, before.checkpoint, before.signed_at, before.marks) == (0, "", None, ())

    book.evidence("owner")[0].close()
    book.marks.keep()
    after = book.shown()

    assert (after.leaves, after.signed, after.signed_at) == (1, 1, clock.now())
    assert after.checkpoint.startswith("nightdesk/maple\n1\n")
    assert [(mark.place, mark.ok) for mark in after.marks] == [("spool", True), ("keystore", True)]
    assert "no keystore" in after.marks[1].sentence


def test_what_is_exported_for_evidence_is_proven_although_the_desk_goes_on_meanwhile(book: LogBook) -> None:
    vault = book.vault
    evening = Evening(vault, book.clock)  # type: ignore[arg-type]
    evening.receive(CANARY)

    file, made = book.evidence("owner")
    evening.receive("and one more")

    with file, zipfile.ZipFile(file) as archive:
        found = verify.verify(archive, verify.read_key(made.key), [])
        assert not [name for name in archive.namelist() if CANARY.encode() in archive.read(name)]
    with vault.look() as tx:
        assert found["leaves"] == made.leaves < tx.audit.count()


def test_support_gets_exactly_what_was_read(book: LogBook) -> None:
    vault, support = book.vault, pyrage.x25519.Identity.generate()
    evening = Evening(vault, book.clock)  # type: ignore[arg-type]
    evening.receive(CANARY)
    evening.work()
    with vault.transaction() as tx:
        person = desks.a_person(tx, vault)
        tx.readings.one(Reading("owner", Shown.ORIGINAL, desks.NOW, reason="canary reason"), person.number)
        tx.alerts.raise_(AlertKind.STAFF, "unsent", subject=person.id, at=desks.NOW)

    preview = book.preview_support(FACTS)
    sealed = book.seal_support("owner", preview.id, str(support.to_public()))

    content = pyrage.decrypt(sealed, [support]).decode()
    assert content == preview.content
    told = json.loads(content)
    assert (told["form"], told["state"], told["doctor"]) == ("nightdesk support 1", "ready", {"disk": False})
    assert told["counts"]["people"] == 1
    assert told["alerts"][0]["code"] == "unsent"
    assert told["milliseconds"]["text-to-store"]["count"] == 1
    assert {act["action"] for act in told["acts"]} >= {"received", "held", "revealed"}
    for secret in ("canary", desks.NUMBER, desks.NUMBER[-4:], person.id, person.number_index, "maple", "Maple"):
        assert secret not in content
    with vault.look() as tx:
        leaf = json.loads(tx.audit.leaf_body(tx.audit.count() - 1))
    assert (leaf["action"], leaf["detail"]["purpose"]) == ("log-exported", "support")
    assert book.preview_support(FACTS).content != content


def test_nothing_is_written_that_was_not_read_just_now(book: LogBook, clock: FixedClock) -> None:
    recipient = str(pyrage.x25519.Identity.generate().to_public())
    with pytest.raises(OutOfDate):
        book.seal_support("owner", "0" * 32, recipient)
    older, newer = book.preview_support(FACTS), book.preview_support(FACTS)
    with pytest.raises(OutOfDate):
        book.seal_support("owner", older.id, recipient)
    with pytest.raises(RecipientError):
        book.seal_support("owner", newer.id, "support@example.com")
    clock.advance(PREVIEW_FOR_MS + 1)
    with pytest.raises(OutOfDate):
        book.seal_support("owner", newer.id, recipient)

    with book.vault.look() as tx:
        assert tx.audit.count() == 0


def test_only_a_log_that_ends_before_its_marks_is_accepted(book: LogBook) -> None:
    with pytest.raises(NotPossible):
        book.accept("owner")
    with book.vault.transaction() as tx:
        tx.meta.put(Meta.EPOCH, 5)
    book.evidence("owner")[0].close()
    book.marks.keep()
    with book.vault.transaction() as tx:
        tx.meta.put(Meta.EPOCH, 1)
    told: list[str] = []
    book.accepted = lambda: told.append("accepted")

    # What has changed since the last look counts.
    assert not book.shown().behind
    assert book.accept("owner") == 6

    assert not book.shown().behind
    assert told == ["accepted"]
