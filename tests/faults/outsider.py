"""Somebody outside: writes texts, remembers which were answered 200, judges what is left when the desk has ended."""

import time
from dataclasses import dataclass, field
from urllib.error import URLError

from tests.faults.judge import Ack, Created, Judge, Keys, Known
from tests.journeys.house import PASSPHRASE, House
from tests.standins.signed import sms
from tests.standins.twilio import TwilioStandIn

_KEYS = Keys(PASSPHRASE)


@dataclass
class Outsider:
    """What people and the carrier know of a house."""

    house: House
    carrier: TwilioStandIn
    canary: str = ""
    known: Known = field(default_factory=Known)

    def text(self, sender: str, words: str = "are you open tomorrow?") -> bool:
        """One text, as the carrier delivers it once; whether it was answered 200."""
        form = sms(f"{words} {self.canary}".strip(), sender=sender)
        try:
            taken = self.house.carrier.post(form).status == 200
        except (OSError, URLError):
            return False
        if taken:
            self.known.acknowledged.append(Ack(form["MessageSid"], sender))
        return taken

    def faults(self) -> list[str]:
        """What is wrong with the files of a house that has ended, in words."""
        made = self.carrier.creations
        self.known.created = [Created(one.sid, one.to, one.body, int(one.created * 1000)) for one in made]
        judge = Judge(_KEYS, time.time_ns() // 1_000_000, canary=self.canary)
        return judge.faults(self.house.desk_folder, self.known)

    def settled(self) -> bool:
        """Whether nothing is left to do, but for replies whose fate is looked for now and then."""
        counts = self.house.counts()
        if not counts or counts["replies waiting"]:
            return False
        return counts["things to do"] <= counts["replies whose fate is unclear"]
