"""A desk's verbs wired over a real vault, without threads and without a door: a test says what happens when."""

from dataclasses import dataclass, field

from appliance.answering.drafter import Drafter
from appliance.answering.handle import Answering
from appliance.answering.offline import OfflineDrafter
from appliance.founding import starting_answers_of
from appliance.gateways.test_phone import InMemory, TestPhone
from appliance.intake.health_tag import keep_body
from appliance.intake.receive import Imported, Intake, Tagger
from appliance.playbook.slots import slot_facts
from appliance.redaction.redactor import Redactor
from appliance.sending.send import Outbox
from appliance.sending.status import read_status
from appliance.settings.read import parse_settings
from appliance.settings.values import ModelKind, Settings
from appliance.views.people import Reader
from storage.jobs import Job, JobKind
from storage.letters import Letter, LetterKind
from storage.vault import Vault
from tests.desks import NUMBER
from tests.standins.clock import FixedClock
from tests.standins.signed import ACCOUNT, sms

OWNER = Reader(name="owner", role="owner", session_id="0" * 64)
SETTINGS = """
[desk]
name = "Maple Street Dental"
kind = "{kind}"
timezone = "America/Chicago"
[hours]
mon = ["08:00-17:00"]
[carrier]
kind = "test-phone"
[answering]
unattended = "{unattended}"
"""


@dataclass
class Evening:
    """What can happen to one desk."""

    vault: Vault
    clock: FixedClock
    kind: str = "general"
    unattended: str = "approved"
    tag: Tagger = keep_body
    drafter: Drafter = field(default_factory=OfflineDrafter)
    redactor: Redactor | None = field(default_factory=Redactor.load)
    genuine: bool = True
    letters: int = 0

    def __post_init__(self) -> None:
        with self.vault.transaction() as tx:
            for answer in starting_answers_of(self.settings, at=self.clock.now()):
                tx.answers.add(answer, at=self.clock.now())
        self.phone = InMemory()

    @property
    def settings(self) -> Settings:
        return parse_settings(SETTINGS.format(kind=self.kind, unattended=self.unattended))

    def receive(
        self, body: str, *, sid: str = "", checked: bool = True, sender: str = NUMBER, ago: int = 0
    ) -> Imported:
        """One letter from the spool."""
        self.letters += 1
        fields = tuple(sms(body, sid=sid, sender=sender).items())
        letter = Letter(LetterKind.SMS, self.clock.now() - ago, "https://desk.example", fields, "signed", checked)
        return self.intake().letters([(self.letters, letter)], now=self.clock.now())

    def intake(self) -> Intake:
        return Intake(
            vault=self.vault, tag=self.tag, checks=lambda _: self.genuine, read_status=read_status, notify=False
        )

    def work(self) -> None:
        """Do every job that is due, until there is none."""
        answering, outbox = self._answering(), self._outbox()
        handlers = {JobKind.ANSWER: answering.answer, JobKind.SEND: outbox.send}
        while jobs := self._leased():
            for job in jobs:
                again = handlers[job.kind](job)
                with self.vault.transaction() as tx:
                    if again is None:
                        tx.jobs.finish(job.id)
                    else:
                        tx.jobs.again(job.id, due=again, at=self.clock.now())

    def sent(self) -> list[str]:
        """What arrived on the phone, oldest first."""
        return [text.body.text for text in self.phone.kept()]

    def _leased(self) -> list[Job]:
        with self.vault.transaction() as tx:
            return tx.jobs.lease((JobKind.ANSWER, JobKind.SEND), now=self.clock.now(), for_ms=1000)

    def _answering(self) -> Answering:
        return Answering(
            vault=self.vault,
            clock=self.clock,
            redactor=self.redactor,
            drafter=self.drafter,
            drafter_kind=ModelKind.OFFLINE,
            settings=self.settings,
            facts=slot_facts(self.settings),
            notify=False,
        )

    def _outbox(self) -> Outbox:
        phone = TestPhone(number="+15125550100", deliveries=self.phone, clock=self.clock)
        return Outbox(
            vault=self.vault, gateway=phone, clock=self.clock, account=ACCOUNT, status_callback="", spread=lambda: 0.5
        )
