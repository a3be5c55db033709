"""A desk whose letters come by a real spool, and an eraser beside it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.keeping.erasing import Eraser, ask
from appliance.keeping.finding import people_with
from storage.letters import Letter, LetterKind
from storage.people import Person
from storage.spool.reader import SpoolReader
from storage.spool.writer import SpoolWriter
from tests import desks
from tests.appliance.evening import Evening
from tests.standins.signed import sms

OTHER = "+15125550199"
CANARY = "zanzibarquartz"


@dataclass
class Office(Evening):
    """An evening whose letters come by a real spool."""

    folder: Path = Path()

    def __post_init__(self) -> None:
        super().__post_init__()
        self.writer = SpoolWriter(self.folder / "spool", recipient=self.vault.keys.intake_recipient)
        self.reader = SpoolReader(self.folder / "spool", identities=self.vault.keys.intake_identities())
        self.eraser = Eraser(vault=self.vault, clock=self.clock, spool=self.reader, line=self)  # type: ignore[arg-type]
        self.door_answers = True

    def begin_segment(self) -> bool:
        if self.door_answers:
            self.writer.begin_segment()
        return self.door_answers

    def text(self, body: str, *, sender: str = desks.NUMBER) -> None:
        fields = tuple(sms(body, sender=sender).items())
        letter = Letter(LetterKind.SMS, self.clock.now(), "https://desk.example", fields, "signed", checked=True)
        self.writer.append([letter], checked=True)
        self.take_in()

    def take_in(self) -> None:
        with self.vault.look() as tx:
            mark = tx.meta.number("spool-sequence")
        found = [(one.sequence, one.letter) for one in self.reader.read_after(mark, 100)]
        self.intake().letters(found, now=self.clock.now())

    def person(self, number: str = desks.NUMBER) -> Person:
        with self.vault.look() as tx:
            return people_with(tx, self.vault, number)[0]

    def ask(self, *people: Person, days: int = 0) -> list[Any]:
        return ask(people, by="owner", undo_days=days, vault=self.vault, clock=self.clock)

    def later(self, ms: int) -> None:
        self.clock.advance(ms)

    def words_in_spool(self) -> list[str]:
        return [one.letter.value("Body") or "" for one in self.reader.read_after(0, 1000)]
