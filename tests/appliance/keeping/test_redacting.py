"""The carrier is asked to forget, text by text; what it answers is kept, and what it does not answer is told."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from appliance.errors import PermanentError, TransientError
from appliance.gateways.sms import NO_SUCH_TEXT
from appliance.keeping.redacting import ASKED_FOR_MS, Redacting
from storage.jobs import Job, JobId, JobKind
from storage.redactions import CarrierAnswer
from tests import desks
from tests.appliance.keeping.office import CANARY, Office
from tests.standins.clock import FixedClock


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with desks.a_vault(tmp_path / desks.DESK) as vault:
        yield Office(vault=vault, clock=FixedClock(desks.NOW), folder=tmp_path / desks.DESK)


@dataclass
class Carrier:
    """Answers as it is told to."""

    answers: list[Exception | None] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def redact(self, provider_id: str) -> None:
        self.asked.append(provider_id)
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer


def an_erased_thread(office: Office, texts: int) -> Any:
    for number in range(texts):
        office.text(f"{CANARY} {number}")
    erasure = office.ask(office.person())[0]
    office.eraser.run()
    return erasure


def redact(office: Office, carrier: Carrier, erasure: Any, *, attempts: int = 1) -> int | None:
    job = Job(JobId("0" * 32), JobKind.REDACT, erasure.id, attempts, 0, 0)
    return Redacting(vault=office.vault, gateway=carrier, clock=office.clock).redact(job)  # type: ignore[arg-type]


def test_the_carrier_is_asked_for_each_text_and_its_answers_are_kept(office: Office) -> None:
    erasure = an_erased_thread(office, 3)
    carrier = Carrier([None, PermanentError(NO_SUCH_TEXT)])
    with office.vault.look() as tx:
        assert [one.kind for one in tx.jobs.of(erasure.id)] == [JobKind.REDACT]

    assert redact(office, carrier, erasure) is None

    assert len(carrier.asked) == 3
    with office.vault.look() as tx:
        assert tx.redactions.counts(erasure.id) == {CarrierAnswer.REDACTED: 2, CarrierAnswer.GONE: 1}
        assert b'"redacted":2' in list(tx.audit.bodies())[-1]
        assert tx.alerts.count("carrier-kept-texts") == 0


def test_a_carrier_that_cannot_be_reached_is_asked_for_a_week(office: Office) -> None:
    erasure = an_erased_thread(office, 2)
    carrier = Carrier([TransientError("down")])

    again = redact(office, carrier, erasure)
    assert again is not None
    assert again > office.clock.now()
    assert len(carrier.asked) == 1

    office.later(ASKED_FOR_MS)
    assert redact(office, Carrier([TransientError("down")]), erasure) is None
    with office.vault.look() as tx:
        assert tx.redactions.counts(erasure.id) == {CarrierAnswer.SILENT: 2}
        assert tx.alerts.count("carrier-kept-texts") == 1


def test_a_refusal_is_believed_when_it_is_repeated(office: Office) -> None:
    erasure = an_erased_thread(office, 2)

    first = redact(office, Carrier([PermanentError("20009"), None]), erasure)
    assert first is not None
    assert redact(office, Carrier([PermanentError("20009")]), erasure, attempts=4) is None

    with office.vault.look() as tx:
        assert tx.redactions.counts(erasure.id) == {CarrierAnswer.REDACTED: 1, CarrierAnswer.REFUSED: 1}


def test_many_texts_are_asked_for_in_turns(office: Office) -> None:
    erasure = an_erased_thread(office, 60)
    carrier = Carrier()

    assert redact(office, carrier, erasure) == office.clock.now()
    assert redact(office, carrier, erasure) is None
    assert len(set(carrier.asked)) == 60
