"""A desk with a real vault, a real egress and a carrier that really speaks HTTP; the clock is moved by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.egress.permission import Purpose
from appliance.egress.transport import Limits
from appliance.gateways.twilio import TwilioGateway
from appliance.intake.health_tag import keep_body
from appliance.intake.receive import Intake
from appliance.sending.look_up import LookUps
from appliance.sending.send import Outbox
from appliance.sending.status import read_status
from appliance.sending.sweep import Sweep
from storage.jobs import Job, JobId, JobKind
from storage.messages import Message
from storage.people import Person
from storage.plaintext import Plaintext
from storage.reading import Reading, Shown
from storage.replies import ReplyId, SentReply
from storage.vault import Vault
from tests import desks
from tests.standins.books import Books
from tests.standins.clock import FixedClock
from tests.standins.signed import ACCOUNT, NUMBER, TOKEN
from tests.standins.twilio import TwilioStandIn

CALLBACK = "https://desk.example/hooks/maple/status"


@dataclass
class Office:
    """The desk and its carrier, with what a test asks of them."""

    vault: Vault
    twilio: TwilioStandIn
    clock: FixedClock
    books: Books
    outbox: Outbox
    look_ups: LookUps
    sweep: Sweep

    def queue(
        self, body: str = "We open at eight.", *, question: str = "When do you open?", **other: object
    ) -> ReplyId:
        """A person wrote, and a reply was decided; its id."""
        now = self.clock.now()
        with self.vault.transaction() as tx:
            person = desks.a_person(tx, self.vault, at=now)
            tx.people.wrote(person.id, at=now, language="en", late=False, health=False)
            asked = {"received_at": now, "account": ACCOUNT, "body_digest": self.vault.digest(Plaintext(question))}
            message = desks.a_message(tx, person.id, question, **asked)
            given = {"message": message.id, "created_at": now, "body_digest": self.vault.digest(Plaintext(body))}
            reply = desks.a_reply(tx, person.id, body, **(given | other))
            tx.jobs.add(JobKind.SEND, reply.id, due=now, at=now)
        return reply.id

    def send(self, reply: ReplyId) -> int | None:
        return self.outbox.send(Job(JobId("j"), JobKind.SEND, reply, 1, 0, 0))

    def look_up(self, reply: ReplyId, *, looks: int = 1) -> int | None:
        return self.look_ups.look_up(Job(JobId("j"), JobKind.LOOK_UP, reply, looks, 0, 0))

    def reply(self, reply: ReplyId) -> SentReply:
        with self.vault.look() as tx:
            return tx.replies.get(reply)

    def person(self) -> Person:
        with self.vault.look() as tx:
            found = tx.people.find(self.vault.number_index(desks.NUMBER))
            assert found is not None
            return found

    def messages(self, number: str) -> list[tuple[str, Message]]:
        """What that number wrote, oldest first, with its words."""
        with self.vault.reading() as tx:
            person = tx.people.find(self.vault.number_index(number))
            kept = [] if person is None else tx.messages.thread(person.id)
            words = tx.readings.open(Reading("test", Shown.THREAD, self.clock.now()), [one.body for one in kept])
            return [(words[one.body].text, one) for one in kept]

    def jobs(self, reply: ReplyId) -> set[JobKind]:
        with self.vault.look() as tx:
            return {job.kind for job in tx.jobs.of(reply)}

    def alerts(self) -> set[str]:
        with self.vault.look() as tx:
            return {alert.code for alert in tx.alerts.unseen()}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    clock = FixedClock(desks.NOW)
    books = Books()
    with desks.a_vault(tmp_path / desks.DESK) as vault, TwilioStandIn() as twilio:
        twilio.now = lambda: clock.now() / 1000
        books.grant(Purpose.SMS, twilio.url)
        client = books.egress().client(Purpose.SMS, limits=Limits(read=0.5))
        gateway = TwilioGateway(
            client=client, account_sid=ACCOUNT, auth_token=lambda: TOKEN, number=NUMBER, api_base=twilio.url
        )
        outbox = Outbox(vault, gateway, clock, ACCOUNT, CALLBACK, lambda: 0.5)
        look_ups = LookUps(vault, gateway, clock, ACCOUNT, lambda: 0.5)
        intake = Intake(vault, tag=keep_body, checks=lambda _: False, read_status=read_status, notify=False)
        sweep = Sweep(vault, gateway, clock, ACCOUNT, intake.texts)
        yield Office(vault, twilio, clock, books, outbox, look_ups, sweep)
