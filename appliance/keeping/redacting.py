"""Asking the carrier to forget an erased person's texts, one by one, and writing down what it answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from appliance.egress.crossing import crossing
from appliance.egress.permission import Purpose
from appliance.errors import EgressRefused, PermanentError, TransientError
from appliance.gateways.clock import Clock
from appliance.gateways.sms import NO_SUCH_TEXT, SmsGateway
from appliance.keeping.erasing import ACTOR, DAY_MS
from storage.alerts import AlertKind
from storage.audit.leaf import Action
from storage.erasures import ErasureId
from storage.jobs import Job
from storage.people import PersonId
from storage.redactions import CarrierAnswer, Redaction
from storage.vault import Transaction, Vault

AT_ONCE: Final = 50
ASKED_FOR_MS: Final = 7 * DAY_MS
# A text that is still on its way cannot be redacted yet, and the carrier says so as if it never could.
REFUSALS_TO_BELIEVE: Final = 4
_MINUTE: Final = 60_000
PAUSES_MS: Final = (_MINUTE, 5 * _MINUTE, 30 * _MINUTE, 120 * _MINUTE)

Answers = dict[str, tuple[CarrierAnswer, str]]
"""For each redaction, what the carrier answered and its code."""


@dataclass(frozen=True, slots=True)
class Redacting:
    """Pays what is owed at the carrier after an erasure."""

    vault: Vault
    gateway: SmsGateway
    clock: Clock

    def redact(self, job: Job) -> int | None:
        """A job's handler: when to go on, or None when the carrier has answered for every text, or was asked a week."""
        erasure = ErasureId(job.subject)
        with self.vault.look() as tx:
            owed, begun = tx.redactions.owed(erasure, limit=AT_ONCE), tx.erasures.get(erasure)
        answers = self._asked(owed, begun.person, believe=job.attempts >= REFUSALS_TO_BELIEVE)
        at = self.clock.now()
        with self.vault.transaction() as tx:
            for redaction, (answer, code) in answers.items():
                tx.redactions.answered(redaction, answer, at=at, code=code)
            # Of the departures just made, nothing of their bytes is kept either.
            tx.ledger.forget(begun.person)
            if len(answers) < len(owed) and (begun.done_at or at) + ASKED_FOR_MS <= at:
                tx.redactions.give_up(erasure, at=at)
            if not tx.redactions.owed(erasure, limit=1):
                _close(tx, erasure, begun.person, at)
                return None
        return at + (0 if len(answers) == len(owed) else PAUSES_MS[min(job.attempts, len(PAUSES_MS)) - 1])

    def _asked(self, owed: Sequence[Redaction], person: PersonId, *, believe: bool) -> Answers:
        answers: Answers = {}
        for one in owed:
            try:
                with crossing(Purpose.SMS, person=person):
                    self.gateway.redact(one.provider_id)
            except (TransientError, EgressRefused):
                # The next one would fare the same: the line, or the leave to use it, is missing.
                return answers
            except PermanentError as refusal:
                if refusal.reason == NO_SUCH_TEXT:
                    answers[one.id] = CarrierAnswer.GONE, ""
                elif believe:
                    answers[one.id] = CarrierAnswer.REFUSED, refusal.reason[:32]
            else:
                answers[one.id] = CarrierAnswer.REDACTED, ""
        return answers


def _close(tx: Transaction, erasure: ErasureId, person: PersonId, at: int) -> None:
    counts = tx.redactions.counts(erasure)
    detail = {"erasure": erasure, **{answer.value: counts.get(answer, 0) for answer in CarrierAnswer}}
    tx.audit.append(Action.STATUS, person, actor=ACTOR, at=at, detail=detail)
    if counts.get(CarrierAnswer.REFUSED, 0) or counts.get(CarrierAnswer.SILENT, 0):
        tx.alerts.raise_(AlertKind.STAFF, "carrier-kept-texts", at=at)
