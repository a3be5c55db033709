"""Telling the owner by mail that somebody needs them: which kind of thing, and where to look. Nobody's words."""

from dataclasses import dataclass
from typing import Final

from appliance.egress.crossing import crossing
from appliance.egress.permission import Purpose
from appliance.gateways.clock import Clock
from appliance.gateways.mail import Mailer
from storage.audit.leaf import Action
from storage.jobs import Job
from storage.messages import MessageId
from storage.vault import Vault

_SUBJECTS: Final = {
    "life": "Open the desk now: somebody wrote of a danger to life",
    "urgent": "Somebody wrote of something urgent",
    "soon": "Somebody should get an answer soon",
}


@dataclass(frozen=True, slots=True)
class Notifier:
    """Mails the owner about one message."""

    vault: Vault
    mailer: Mailer
    desk_name: str
    clock: Clock

    def notify(self, job: Job) -> int | None:
        """A job's handler. Raises MailError, and EgressRefused where nobody allowed it."""
        with self.vault.look() as tx:
            message = tx.messages.get(MessageId(job.subject))
        lines = (
            f"A text came in at {self.desk_name}.",
            "Open the inbox of Nightdesk: it is at the top.",
            "What was written is not in this mail, so that it stays in the building.",
        )
        subject = _SUBJECTS.get(message.emergency or "", "A text is waiting for you")
        with crossing(Purpose.MAIL, person=message.person):
            self.mailer.tell_owner(subject, lines)
        with self.vault.transaction() as tx:
            tx.audit.append(Action.ALERTED, message.id, actor="desk", at=self.clock.now(), detail={"by": "mail"})
        return None
