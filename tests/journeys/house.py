"""A whole desk in real processes: the commands as a person types them, the carrier's stand-in beside it."""

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from appliance.founding import found_desk
from appliance.gateways.clock import SystemClock
from appliance.settings.read import read_settings
from storage.keys.secret import SecretBytes
from tests.journeys import warm
from tests.standins.signed import ACCOUNT, NUMBER, TOKEN, Carrier
from ui.control import ask

PASSPHRASE = "a lantern under the seventh stair"
KEY = "an-invented-key"
DESK = "maple-street-dental"
_STARTS_WITHIN_S = 40.0
_ENDS_WITHIN_S = 15.0

SETTINGS = """\
[desk]
name = "Maple Street Dental"
kind = "{kind}"
timezone = "America/Chicago"
state = "TX"

[hours]
mon = ["08:00-17:00"]
tue = ["08:00-17:00"]

[carrier]
kind = "twilio"
account_sid = "{account}"
auth_token = {{ file = "token.txt" }}
number = "{number}"
public_url = "https://desk.example"
api_base = "{api_base}"

[model]
{model}

[answering]
unattended = "{unattended}"
{mail}
"""


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def nightdesk(*words: str | Path, timeout: float = 120, stdin: str = "") -> Said:
    """Run one command to its end, in a process of its own."""
    env = environment()
    if not warm.possible(env):
        return as_typed(*words, timeout=timeout, stdin=stdin)
    running = warm.Warm([*map(str, words)], env=env, stdin=stdin)
    out, err = running.communicate(timeout)
    assert running.returncode is not None
    return Said(running.returncode, out, err)


def as_typed(*words: str | Path, timeout: float = 120, stdin: str = "") -> Said:
    """As `nightdesk`, started from nothing, as a shell does."""
    done = subprocess.run(
        [sys.executable, "-m", "ui.cli", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=timeout,
        input=stdin,
        check=False,
        env=environment(),
    )
    return Said(done.returncode, done.stdout, done.stderr)


def environment(temporary: Path | None = None) -> dict[str, str]:
    """As our processes run; with a folder for temporary files of their own, where a test wants to search it."""
    own = {} if temporary is None else {"TMPDIR": str(temporary)}
    path = os.pathsep.join(filter(None, (str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH"))))
    return os.environ | {"PYTHONPATH": path, "PYTHONWARNINGS": "default"} | own


@dataclass
class House:
    """One home with one desk, its ports, and the `serve` that runs, if any."""

    folder: Path
    admin_port: int
    door_port: int
    process: "subprocess.Popen[str] | warm.Warm | None" = None
    as_typed: bool = False
    """Each start of `serve` begins from nothing, as a shell does it: where the start itself is measured."""

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def desk_folder(self) -> Path:
        return self.home / DESK

    @property
    def temporary(self) -> Path:
        """Where the processes of this house put temporary files."""
        return self.folder / "temporary"

    @property
    def passphrase_file(self) -> Path:
        return self.folder / "passphrase.txt"

    @property
    def carrier(self) -> Carrier:
        """The carrier, as it posts to this door."""
        return Carrier(self.door_port, desk=DESK)

    def start(self, *more: str, passphrase: bool = True, wait: bool = True) -> None:
        """`serve`, until it says that it is up."""
        words = ["serve", "--home", str(self.home), *more]
        words += ["--admin-port", str(self.admin_port), "--door-port", str(self.door_port)]
        if passphrase:
            words += ["--passphrase-file", str(self.passphrase_file)]
        env = environment(self.temporary)
        if warm.possible(env) and not self.as_typed:
            self.process = warm.Warm(words, env=env)
        else:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ui.cli", *words],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env=env,
            )
        if wait:
            self.wait_for(lambda: self.state() not in {"", "starting"}, "the desk to be up")

    def kill(self) -> None:
        """SIGKILL, as a power switch for one process. The door goes on."""
        assert self.process is not None
        self.process.kill()
        self.process.communicate()
        self.process = None

    def stop(self) -> Said:
        """SIGTERM; what it said, and its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        out, err = self.process.communicate(timeout=_ENDS_WITHIN_S)
        code = self.process.returncode
        assert code is not None
        said = Said(code, out, err)
        self.process = None
        return said

    def state(self) -> str:
        """What /readyz says, or nothing where nobody answers."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.admin_port}/readyz", headers={"Host": f"nightdesk.localhost:{self.admin_port}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - our own loopback
                return str(json.load(answer)["state"])
        except urllib.error.HTTPError as answer:
            return str(json.load(answer)["state"])
        except (OSError, ValueError):
            return ""

    def asked(self, do: str) -> Mapping[str, Any]:
        """What the running core answers to a command, without the command; nothing where no core answers."""
        return ask(self.desk_folder, {"do": do}) or {}

    def counts(self) -> Mapping[str, int]:
        """What the status of the running core counts; nothing while it is locked or not there."""
        found: Mapping[str, int] = self.asked("status").get("counts", {})
        return found

    def reasons(self) -> list[str]:
        """The codes of what the running core is unsure of; none where no core answers."""
        return [one["code"] for one in self.asked("status").get("reasons", ())]

    def command(self, *words: str | Path, locked: bool = False) -> Said:
        """A command about this desk, with the passphrase where it opens the store."""
        opened = () if locked else ("--passphrase-file", self.passphrase_file)
        return nightdesk(*words, "--home", self.home, *opened)

    def verify(self) -> Any:
        """What `verify --json` found; the exit code must agree with it."""
        said = self.command("verify", "--json")
        assert said.code == (0 if said.json["ok"] else 5), said.err
        return said.json

    def messages_of(self, number: str) -> list[dict[str, Any]]:
        """The messages in a person's export."""
        out = self.folder / f"export-{number[-4:]}-{time.monotonic_ns()}.zip"
        said = self.command("person", "export", number, "--out", out)
        assert said.code == 0, said.err
        with zipfile.ZipFile(out) as packed:
            found = json.loads(packed.read("person.json"))
        out.unlink()
        assert found["number"] == number
        messages: list[dict[str, Any]] = found["messages"]
        return messages

    def wait_for(self, condition: Callable[[], bool], what: str, *, within: float = _STARTS_WITHIN_S) -> None:
        """Until it is so. A `serve` that ended meanwhile is told with its own words."""
        end, pause = time.monotonic() + within, 0.05
        while time.monotonic() < end:
            if condition():
                return
            if self.process is not None and self.process.poll() is not None:
                raise AssertionError(f"serve ended while waiting for {what}: {self.process.communicate()}")
            time.sleep(pause)
            pause = min(pause * 1.3, 0.5)  # asking often is work as well
        raise AssertionError(f"waited in vain for {what}; the core counts {dict(self.counts())}")


@cache
def _founded(settings: str) -> Path:
    """The home of a desk with these settings as `init` makes it; one a run, copied for each house that has them."""
    parent = tempfile.TemporaryDirectory(prefix="nightdesk-founded-")
    atexit.register(parent.cleanup)
    folder = Path(parent.name)
    (folder / "token.txt").write_text(TOKEN)
    (folder / "key.txt").write_text(KEY)
    (folder / "settings.toml").write_text(settings)
    # With the work factor of a small machine: each start would else cost seconds.
    found_desk(
        folder / "home",
        settings=read_settings(folder / "settings.toml"),
        passphrase=SecretBytes(PASSPHRASE.encode()),
        clock=SystemClock(),
        small_machine=True,
    )
    return folder / "home"


@contextmanager
def a_house(
    folder: Path,
    *,
    api_base: str = "http://127.0.0.1:9",
    kind: str = "dental",
    model: str = 'kind = "offline"',
    unattended: str = "approved",
    mail: str = "",
    as_typed: bool = False,
) -> Iterator[House]:
    """A desk as `init` makes it; whatever still runs at the end is ended, the door by its folder going away."""
    folder.mkdir(parents=True, exist_ok=True)
    house = House(folder, free_port(), free_port(), as_typed=as_typed)
    house.temporary.mkdir()
    (folder / "token.txt").write_text(TOKEN)
    (folder / "key.txt").write_text(KEY)
    house.passphrase_file.write_text(PASSPHRASE + "\n")
    settings = SETTINGS.format(
        kind=kind, account=ACCOUNT, number=NUMBER, api_base=api_base, model=model, unattended=unattended, mail=mail
    )
    (folder / "settings.toml").write_text(settings)
    shutil.copytree(_founded(settings), house.home)
    try:
        yield house
    finally:
        if house.process is not None:
            house.process.terminate()
            try:
                house.process.communicate(timeout=_ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                house.process.kill()
                house.process.communicate()
        (house.desk_folder / "door.json").unlink(missing_ok=True)
