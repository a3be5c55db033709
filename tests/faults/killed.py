"""Kills by the hundred, in a process that was started with the recorder in it: forks an evening or a command, has it
killed at its n-th call to the disk, and judges what it left. `python -m tests.faults.killed SEED KIND=COUNT …` prints
what was wrong.

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
from tests.faults.cuts import ANSWERS_EACH
from tests.faults.draws import GONE, words_of
from tests.faults.judge import Judge, Keys, Known, evening_of
from tests.faults.recorded import numbers
from tests.faults.stocked import Stocked, stock
from tests.journeys.house import DESK, PASSPHRASE
from tests.standins.clock import FixedClock
from tests.standins.phone_company import PhoneCompany
from tests.standins.signed import message_sid, sms

_LIBRARY = ctypes.CDLL(None)
TEXTS = 5
EVENING = "evening"


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


def live(folder: Path, told: Path, seed: int, keys: Keys, now: int, canary: str) -> None:
    """An evening: texts, then all that follows, twice."""
    chance = random.Random(seed)
    clock = FixedClock(now)
    carrier = TellingCompany(clock, told=told)
    with Judge(keys, now).opened(folder) as (vault, spool):
        for _ in range(2):
            writer = SpoolWriter(folder / "spool", recipient=vault.keys.intake_recipient)
            for _ in range(TEXTS):
                sid, sender = message_sid(), chance.choice(numbers(9))
                fields = tuple(sms(f"what do you charge for a cleaning? {canary}", sender=sender, sid=sid).items())
                writer.append([Letter(LetterKind.SMS, now, "https://x", fields, "s", checked=True)], checked=True)
                tell(told, f"ack {sid} {sender}")
            writer.close()
            evening_of(vault, spool, clock, carrier, folder).go_on()


def command(kind: str, stocked: Stocked, scratch: Path) -> None:
    """One of the commands, to its end, in this process."""
    from ui.cli import main as nightdesk

    told = ["--home", str(scratch / "home"), "--passphrase-file", str(stocked.passphrase_file)]
    sys.argv = ["nightdesk", *words_of(kind, scratch / "place"), *told]
    try:
        nightdesk()
    except SystemExit as ended:
        if ended.code:
            raise


def one_kill(kind: str, stocked: Stocked, keys: Keys, scratch: Path, *, seed: int, at: int) -> tuple[list[str], int]:
    """What is wrong after an evening or command was killed at that call (0: not at all), and how many calls it made."""
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.copytree(stocked.home, scratch / "home")
    (scratch / "place").mkdir()
    folder, told, now = scratch / "home" / DESK, scratch / "told", time.time_ns() // 1_000_000
    made, watched = scratch / "made", scratch if kind == "backup" else scratch / "home"
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        _LIBRARY.ndf_set(f"KILL:any:{at or 10**9}:/".encode(), str(watched.resolve()).encode(), b"")
        try:
            if kind == EVENING:
                live(folder, told, seed, keys, now, stocked.canary)
            else:
                command(kind, stocked, scratch)
            made.write_text(str(_LIBRARY.ndf_counted()))
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    calls = int(made.read_text() or 0) if made.exists() else 0
    if calls == 0 and not os.WIFSIGNALED(status):
        return ["it ended by an error"], calls
    if kind == "erasure" and calls:
        tell(told, f"erased {GONE}")
    known = Known(acknowledged=list(stocked.acks))
    for word in told.read_text().splitlines() if told.exists() else []:
        known.learn(word)
    try:
        return Judge(keys, now + 60_000, canary=stocked.canary, answers=seed % ANSWERS_EACH == 0).faults(
            folder, known
        ), calls
    except Exception as error:  # noqa: BLE001 - a desk that does not open is a verdict as well
        return [f"{type(error).__name__}: {error}"], calls


def kills(kind: str, count: int, seed: int, stocked: Stocked, scratch: Path) -> tuple[int, list[dict[str, object]]]:
    """How many calls there are to be killed at, and what was wrong after so many kills."""
    keys = Keys(PASSPHRASE)
    keys.open(stocked.home / DESK).close()
    faults, calls = one_kill(kind, stocked, keys, scratch, seed=seed, at=0)
    assert faults == [], faults
    chance, bad = random.Random(f"{seed} {kind}"), list[dict[str, object]]()
    for number in range(count):
        at, own = chance.randrange(1, calls + 1), seed * 1_000_000 + number
        faults, _ = one_kill(kind, stocked, keys, scratch, seed=own, at=at)
        if faults:
            bad.append({"kind": kind, "seed": own, "at": at, "faults": faults})
    return calls, bad


def main(seed: int, wanted: dict[str, int]) -> int:
    """The exit code."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own in it
    told: dict[str, int] = {}
    bad: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory(prefix="nightdesk-kills-", dir=memory if memory.is_dir() else None) as made:
        stocked = stock(Path(made) / "house")
        for kind, count in wanted.items():
            told[kind], found = kills(kind, count, seed, stocked, Path(made) / "state")
            bad += found
    print(json.dumps({"calls": told, "bad": bad}))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), {kind: int(count) for kind, count in (one.split("=") for one in sys.argv[2:])}))
