"""Whatever is asked in whatever order: who is erased never opens again, nobody else is touched, and the log holds."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.keeping.erasing import DAY_MS, UNDO_DAYS, undo
from appliance.views.refusals import NotPossible
from storage.errors import ErasedError
from storage.people import Rest
from storage.reading import Reading, Shown
from tests import desks
from tests.appliance.keeping.office import Office
from tests.standins.clock import FixedClock

NUMBERS = (desks.NUMBER, "+15125550199")


@dataclass
class World:
    """What ought to be true, kept beside the desk: who is here, who is leaving until when, who is erased."""

    office: Office
    here: dict[str, str] = field(default_factory=dict)
    leaving: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)

    def text(self, number: str) -> None:
        self.office.text("hello", sender=number)
        self.here[number] = self.office.person(number).id

    def delete(self, number: str, *, days: int) -> None:
        if (person := self.here.pop(number, None)) is None:
            return
        erasure = self.office.ask(self.office.person(number), days=days)[0]
        if days:
            self.leaving[erasure.id] = (person, number, erasure.due_at)
        else:
            self.erased.add(person)
        self.office.eraser.run()

    def undo_last(self) -> None:
        if not self.leaving:
            return
        erasure, (person, number, due) = self.leaving.popitem()
        if self.office.clock.now() >= due:
            with pytest.raises(NotPossible):
                undo(erasure, by="owner", vault=self.office.vault, clock=self.office.clock)
            self.leaving[erasure] = (person, number, due)
            return
        undo(erasure, by="owner", vault=self.office.vault, clock=self.office.clock)
        self.here.setdefault(number, person)

    def pass_days(self, days: int) -> None:
        self.office.later(days * DAY_MS)
        self.office.eraser.run()
        now = self.office.clock.now()
        gone = {erasure for erasure, (_, _, due) in self.leaving.items() if due <= now}
        self.erased |= {self.leaving.pop(erasure)[0] for erasure in gone}

    def check(self) -> None:
        vault = self.office.vault
        with vault.reading() as tx:
            for person in self.erased:
                assert tx.people.get(person).rest is Rest.ERASED  # type: ignore[arg-type]
                with pytest.raises(ErasedError):
                    vault.person_keys.get(person)
            for number, person in self.here.items():
                known = tx.people.get(person)  # type: ignore[arg-type]
                words = tx.readings.one(Reading("x", Shown.EXPORT, self.office.clock.now()), known.number)
                assert words.text == number
            for person, _, _ in self.leaving.values():
                assert tx.people.get(person).rest is Rest.LEAVING  # type: ignore[arg-type]
            tx.audit.check(*vault.keys.audit_public_keys())


ACTS: dict[str, Callable[[World], None]] = {
    "text a": lambda world: world.text(NUMBERS[0]),
    "text b": lambda world: world.text(NUMBERS[1]),
    "for good a": lambda world: world.delete(NUMBERS[0], days=0),
    "for good b": lambda world: world.delete(NUMBERS[1], days=0),
    "with days a": lambda world: world.delete(NUMBERS[0], days=UNDO_DAYS),
    "with days b": lambda world: world.delete(NUMBERS[1], days=UNDO_DAYS),
    "undo": World.undo_last,
    "a day": lambda world: world.pass_days(1),
    "a month": lambda world: world.pass_days(UNDO_DAYS),
}


def play(acts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / desks.DESK
        with desks.a_vault(folder) as vault:
            office = Office(vault=vault, clock=FixedClock(desks.NOW), folder=folder, redactor=None)
            world = World(office)
            for act in acts:
                ACTS[act](world)
                # No two things happen within one millisecond.
                office.later(1)
            world.check()
            office.writer.close()


@given(st.lists(st.sampled_from(sorted(ACTS)), min_size=2, max_size=10))
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
def test_in_whatever_order(acts: list[str]) -> None:
    play(["text a", "text b", *acts])


@pytest.mark.long
@given(st.lists(st.sampled_from(sorted(ACTS)), min_size=2, max_size=30))
@settings(deadline=None, suppress_health_check=list(HealthCheck))
def test_in_whatever_order_for_long(acts: list[str]) -> None:
    play(["text a", "text b", *acts])
