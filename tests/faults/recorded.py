"""Evenings of the real processes, recorded: texts by several people at once, replies that the carrier makes, misbehaves
over and loses the answer to. The marks say what outsiders knew when.
"""

import hashlib
import os
import random
import secrets
import shutil
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from tests.canaries import is_hollow, spellings
from tests.faults.judge import Known
from tests.faults.recorder import Event, Op, Recording
from tests.faults.states import World, inodes_of
from tests.journeys.house import DESK, House, a_house
from tests.standins.signed import sms
from tests.standins.twilio import Text, TwilioStandIn

WORDS = ("are you open tomorrow?", "what does a cleaning cost?", "my tooth hurts a little", "can I come on friday")


class MarkingCarrier(TwilioStandIn):
    """Marks each text that it makes before anybody hears of it."""

    def __init__(self, recording: Recording, *, port: int = 0) -> None:
        super().__init__(port=port)
        self._recording = recording

    def create(self, fields: dict[str, str]) -> Text:
        made = super().create(fields)
        self._recording.mark(f"created {made.sid} {made.to} {int(made.created * 1000)} {made.body}")
        return made


@dataclass
class Recorded:
    """The folder before, and what was done to it since."""

    before: Path
    inodes: dict[str, int]
    home: Path
    events: list[Event]
    canary: str
    now: int
    """When it ended, in milliseconds."""
    door_port: int
    carrier_port: int
    well: dict[str, int] = field(default_factory=dict)
    """Of states that were judged well, by what they come to: after how many events."""
    clean: set[bytes] = field(default_factory=set)
    """Digests of what was looked through for the planted word."""

    def sightings(self, home: Path) -> list[str]:
        """Where in a state the planted word lies in the clear; what was looked through before is passed over."""
        found = []
        for path in (one for one in home.rglob("*") if one.is_file() and not is_hollow(one)):
            content = path.read_bytes()
            digest = hashlib.blake2b(content).digest()
            if digest not in self.clean and any(spelled in content for spelled in spellings(self.canary)):
                found.append(str(path.relative_to(home)))
            else:
                self.clean.add(digest)
        return found

    def known(self, cut: int) -> Known:
        """What outsiders knew after so many events."""
        known = Known()
        for event in self.events[:cut]:
            if event.op is Op.MARK:
                known.learn(event.data.decode())
        return known

    def states(self, cuts: Iterator[int] | list[int]) -> Iterator[tuple[int, World]]:
        """The world after each of these numbers of events, which must rise."""
        world, done = World(self.before, self.inodes, home=self.home), 0
        for cut in cuts:
            for event in self.events[done:cut]:
                world.apply(event)
            done = cut
            yield cut, world


@contextmanager
def preloaded(recording: Recording) -> Iterator[None]:
    """All processes that are started meanwhile are recorded."""
    with mock.patch.dict(os.environ, recording.environment()):
        yield


@dataclass
class Evening:
    """What can be done while it is recorded."""

    house: House
    recording: Recording
    carrier: TwilioStandIn
    canary: str
    chance: random.Random

    def text(self, sender: str) -> bool:
        """One text of somebody, marked once it was answered 200."""
        form = sms(f"{self.chance.choice(WORDS)} {self.canary}", sender=sender)
        try:
            answered = self.house.carrier.post(form)
        except OSError:
            return False
        if answered.status == 200:
            self.recording.mark(f"ack {form['MessageSid']} {sender}")
        return answered.status == 200

    def texts(self, senders: list[str], each: int) -> None:
        """Each of them writes so many texts, one after the other, all at once."""
        with ThreadPoolExecutor(len(senders)) as people:
            list(people.map(lambda sender: [self.text(sender) for _ in range(each)], senders))

    def checkpoint(self) -> None:
        """Somebody takes the evidence away, and with it a signed checkpoint."""
        out = self.house.folder / f"{secrets.token_hex(4)}.zip"
        said = self.house.command("audit", "export", "--for", "evidence", "--out", out)
        assert said.code == 0, said.err
        with zipfile.ZipFile(out) as bundle:
            notes = bundle.read("checkpoints").decode().split("\n\n")
        # A note has an empty line in it as well: body, then signature.
        self.recording.mark(f"checkpoint {notes[-2]}\n\n{notes[-1].strip()}\n")

    def wait_until_quiet(self, within: float = 60) -> None:
        """Until nothing was written for a while: everything was answered and sent."""
        sizes = [0]

        def is_quiet() -> bool:
            time.sleep(1.5)
            sizes.append(self.recording.trace.stat().st_size)
            return sizes[-1] == sizes[-2]

        self.house.wait_for(is_quiet, "everything to be handled", within=within)


def numbers(count: int) -> list[str]:
    return [f"+1512555{100 + n:04}" for n in range(1, count + 1)]


def record(folder: Path, play: Callable[[Evening], None], *, seed: int = 1, running: bool = True) -> Recorded:
    """Found a desk, record what `play` does with it, end it."""
    recording = Recording(folder / "house" / "home", folder / "trace")
    canary = f"canary{secrets.token_hex(10)}"
    with MarkingCarrier(recording) as carrier, a_house(folder / "house", api_base=carrier.url) as house:
        before = folder / "before"
        shutil.copytree(house.home, before)
        inodes = inodes_of(house.home)
        evening = Evening(house, recording, carrier, canary, random.Random(seed))
        with preloaded(recording):
            if running:
                house.start()
            play(evening)
            if house.process is not None:
                assert house.stop().code == 0
        return Recorded(
            before=before,
            inodes=inodes,
            home=house.home.resolve(),
            events=recording.events(),
            canary=canary,
            now=time.time_ns() // 1_000_000,
            door_port=house.door_port,
            carrier_port=carrier.port,
        )


def an_evening(evening: Evening) -> None:
    """Texts, replies, a carrier that loses answers, evidence taken, a core that is killed, texts without a core."""
    people = numbers(4)
    evening.carrier.script("ok", "lost", "ok", "500", "503", "500-created")
    evening.texts(people, 3)
    evening.wait_until_quiet()
    evening.checkpoint()
    evening.house.kill()
    evening.texts(people[:2], 2)
    evening.house.start()
    evening.texts(people, 2)
    time.sleep(2)


def desk_in(home: Path) -> Path:
    return home / DESK
