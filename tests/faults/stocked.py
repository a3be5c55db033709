"""A desk with people and texts in it, made quickly, and commands about it that are recorded as they change the disk."""

import os
import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from appliance.founding import found_desk
from appliance.gateways.clock import SystemClock
from appliance.keyholding.printed import as_text
from appliance.settings.read import read_settings
from storage.keys.secret import SecretBytes
from storage.letters import Letter, LetterKind
from storage.spool.writer import SpoolWriter
from tests.faults.judge import Ack, Judge, Keys, Known
from tests.faults.recorded import Recorded, numbers
from tests.faults.recorder import Op, Recording
from tests.faults.states import inodes_of
from tests.journeys.house import DESK, PASSPHRASE, SETTINGS, Said, nightdesk
from tests.standins.signed import ACCOUNT, NUMBER, TOKEN, message_sid, sms

PEOPLE = 6


@dataclass
class Stocked:
    """A desk that nobody serves. `acks` are the texts in it, each answered 200 once."""

    folder: Path
    sheet: str
    canary: str
    acks: list[Ack] = field(default_factory=list)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def passphrase_file(self) -> Path:
        return self.folder / "passphrase.txt"

    @property
    def sheet_file(self) -> Path:
        return self.folder / "sheet.txt"

    def command(self, *words: str | Path) -> Said:
        return nightdesk(*words, "--home", self.home, "--passphrase-file", self.passphrase_file)


def stock(folder: Path, *, keep_empty: bool = False) -> Stocked:
    """Found a desk, let people write, answer them. With a copy in `empty` of how it was before anybody wrote."""
    folder.mkdir(parents=True)
    (folder / "token.txt").write_text(TOKEN)
    settings = SETTINGS.format(
        kind="dental",
        account=ACCOUNT,
        number=NUMBER,
        api_base="http://127.0.0.1:9",
        model='kind = "offline"',
        unattended="approved",
        mail="",
    )
    (folder / "settings.toml").write_text(settings)
    founded = found_desk(
        folder / "home",
        settings=read_settings(folder / "settings.toml"),
        passphrase=SecretBytes(PASSPHRASE.encode()),
        clock=SystemClock(),
        small_machine=True,
    )
    made = Stocked(folder, as_text(founded.sheet), f"canary{secrets.token_hex(10)}")
    made.passphrase_file.write_text(PASSPHRASE + "\n")
    made.sheet_file.write_text(made.sheet)
    if keep_empty:
        shutil.copytree(made.home, folder / "empty")
    keys = Keys(PASSPHRASE)
    opened = keys.open(made.home / DESK)
    writer = SpoolWriter(made.home / DESK / "spool", recipient=opened.intake_recipient)
    for sender in numbers(PEOPLE):
        made.acks.append(Ack(message_sid(), sender))
        fields = tuple(sms(f"are you open? {made.canary}", sender=sender, sid=made.acks[-1].sid).items())
        letter = Letter(LetterKind.SMS, _now(), "https://desk.example", fields, "signed", checked=True)
        writer.append([letter], checked=True)
    writer.close()
    opened.close()
    known = Known(acknowledged=list(made.acks))
    assert Judge(keys, _now()).faults(made.home / DESK, known) == []
    return made


def record_act(
    stocked: Stocked,
    folder: Path,
    act: Callable[[], object],
    *,
    root: Path | None = None,
    mark: str = "",
    writes: bool = True,
) -> Recorded:
    """What `act` does below `root` (the home, unless told otherwise) by processes of its own; then the mark."""
    root = (root or stocked.home).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    recording = Recording(root, folder / "trace")
    before = Path(shutil.copytree(root, folder / "before"))
    inodes = inodes_of(root)
    for ack in stocked.acks:
        recording.mark(f"ack {ack.sid} {ack.sender}")
    with mock.patch.dict(os.environ, recording.environment()):
        act()
    if mark:
        recording.mark(mark)
    events = recording.events()
    assert any(event.op is Op.WRITE for event in events) == writes
    return Recorded(before, inodes, root, events, stocked.canary, _now(), 0, 0)


def _now() -> int:
    return time.time_ns() // 1_000_000
