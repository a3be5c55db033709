"""Kills by the hundred, in a process that was started with the recorder in it: forks an evening, has it killed at its
n-th call to the disk, and judges what it left. `python -m tests.faults.killed COUNT SEED` prints what was wrong.

The evening is the desk's own verbs on real files: letters put into the spool, read in, answered, sent, looked up.
"""

import ctypes
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from appliance.gateways.sms import CarrierText
from storage.letters import Letter, LetterKind
from storage.spool.writer import SpoolWriter
from tests.faults.judge import Judge, Keys, Known, evening_of
from tests.faults.recorded import numbers
from tests.faults.stocked import Stocked, stock
from tests.journeys.house import DESK, PASSPHRASE
from tests.standins.clock import FixedClock
from tests.standins.phone_company import PhoneCompany
from tests.standins.signed import message_sid, sms

_LIBRARY = ctypes.CDLL(None)
TEXTS = 5


@dataclass
class TellingCompany(PhoneCompany):
    """Writes down each text that it makes before anybody hears of it."""

    told: Path = Path()

    def add(self, provider_id: str, to: str, body: str, *, at: int) -> CarrierText:
        tell(self.told, f"created {provider_id} {to} {at} {body}")
        return super().add(provider_id, to, body, at=at)


def tell(told: Path, word: str) -> None:
    """A line that outlives this process."""
    with told.open("ab", buffering=0) as file:
        file.write(word.replace("\n", " ").encode() + b"\n")


def live(folder: Path, told: Path, seed: int, keys: Keys, now: int) -> None:
    """An evening: texts, then all that follows, twice."""
    chance = random.Random(seed)
    clock = FixedClock(now)
    carrier = TellingCompany(clock, told=told)
    with Judge(keys, now).opened(folder) as (vault, spool):
        for _ in range(2):
            writer = SpoolWriter(folder / "spool", recipient=vault.keys.intake_recipient)
            for _ in range(TEXTS):
                sid, sender = message_sid(), chance.choice(numbers(9))
                fields = tuple(sms("what do you charge for a cleaning?", sender=sender, sid=sid).items())
                writer.append([Letter(LetterKind.SMS, now, "https://x", fields, "s", checked=True)], checked=True)
                tell(told, f"ack {sid} {sender}")
            writer.close()
            evening_of(vault, spool, clock, carrier, folder).go_on()


def one_kill(stocked: Stocked, keys: Keys, scratch: Path, *, seed: int, at: int) -> tuple[list[str], int]:
    """What is wrong after an evening was killed at that call (0: not at all), and how many calls it made."""
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.copytree(stocked.home, scratch / "home")
    folder, told, now = scratch / "home" / DESK, scratch / "told", time.time_ns() // 1_000_000
    made = scratch / "made"
    child = os.fork()
    if child == 0:
        _LIBRARY.ndf_set(f"KILL:any:{at or 10**9}:/".encode(), str((scratch / "home").resolve()).encode(), b"")
        try:
            live(folder, told, seed, keys, now)
            made.write_text(str(_LIBRARY.ndf_counted()))
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    calls = int(made.read_text()) if made.exists() else 0
    if at and calls == 0 and not os.WIFSIGNALED(status):
        return ["the evening ended by an error"], calls
    known = Known(acknowledged=list(stocked.acks))
    for word in told.read_text().splitlines() if told.exists() else []:
        known.learn(word)
    try:
        return Judge(keys, now + 60_000, deep=seed % 10 == 0).faults(folder, known), calls
    except Exception as error:  # noqa: BLE001 - a desk that does not open is a verdict as well
        return [f"{type(error).__name__}: {error}"], calls


def main(count: int, seed: int) -> int:
    """The exit code."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own in it
    with tempfile.TemporaryDirectory(prefix="nightdesk-kills-", dir=memory if memory.is_dir() else None) as made:
        root = Path(made)
        stocked, keys = stock(root / "house"), Keys(PASSPHRASE)
        keys.open(stocked.home / DESK).close()
        faults, calls = one_kill(stocked, keys, root / "state", seed=seed, at=0)
        assert faults == [], faults
        chance = random.Random(seed)
        bad = []
        for number in range(count):
            at = chance.randrange(1, calls + 1)
            faults, _ = one_kill(stocked, keys, root / "state", seed=seed * 1_000_000 + number, at=at)
            if faults:
                bad.append({"seed": seed * 1_000_000 + number, "at": at, "faults": faults})
    print(json.dumps({"kills": count, "calls": calls, "bad": bad}))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
