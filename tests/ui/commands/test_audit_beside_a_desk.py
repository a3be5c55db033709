"""`nightdesk audit accept` beside a running desk: the core does it, and is itself again at once."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.desk import Desk
from appliance.egress.barrier import Barrier
from appliance.founding import found_desk
from appliance.gateways.keystore import NoKeystore
from appliance.line import NoLine
from appliance.settings.read import parse_settings
from appliance.views.status import DeskState
from storage.audit.mark_file import MarkFile
from storage.audit.marks import Mark, spell
from storage.audit.note import Checkpoint
from storage.keys.keyring import unlock
from storage.keys.secret import SecretBytes
from tests.appliance.evening import SETTINGS
from tests.desks import PASSPHRASE
from tests.standins.clock import FixedClock
from ui.cli import nightdesk
from ui.control import Control
from ui.log_acts import log_acts

_WITHIN_S = 10.0


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Opened with a log that ends long before its mark. Its clock stands still: nothing is ever due again."""
    secret, clock = SecretBytes(PASSPHRASE.encode()), FixedClock()
    settings = parse_settings(SETTINGS.format(kind="general", unattended="approved"))
    found = found_desk(tmp_path / "home", settings=settings, passphrase=secret, clock=clock, small_machine=True)
    keys = unlock(found.folder, passphrase=secret, desk=found.desk)
    ahead = Mark(1, clock.now(), Checkpoint(found.desk, 1000, b"r" * 32))
    MarkFile(found.folder / "spool").write(spell(ahead, keys.signer()))
    desk = Desk(found.folder, clock=clock, line=NoLine(), barrier=Barrier(), keystore=NoKeystore(), opening=False)
    desk.open(secret)
    control = Control(found.folder / "run", log_acts(desk))
    control.start()
    yield desk
    control.close()
    desk.close()


def test_the_core_accepts_the_log_and_is_not_in_safe_mode_a_moment_later(desk: Desk) -> None:
    assert desk.ready().state is DeskState.SAFE_MODE
    wait_for_checkpoint(desk, failing=True)
    words = ["audit", "accept", "--yes", "--json", "--home", str(desk.folder.parent)]

    said = CliRunner().invoke(nightdesk, words)

    assert (said.exit_code, json.loads(said.stdout)) == (0, {"epoch": 2})
    wait_for_checkpoint(desk, failing=False)
    assert "log-behind" not in desk.ready().reasons
    assert desk.ready().state is not DeskState.SAFE_MODE
    assert desk.told_status().log.checkpoint_at is not None
    again = CliRunner().invoke(nightdesk, words)
    assert (again.exit_code, "nothing to accept" in again.stderr) == (1, True)


def wait_for_checkpoint(desk: Desk, *, failing: bool) -> None:
    """Until the desk says that its log can be signed, or that it cannot."""
    end = time.monotonic() + _WITHIN_S
    while ("checkpoint" in [one.code for one in desk.told_status().reasons]) is not failing:
        assert time.monotonic() < end
        time.sleep(0.05)
