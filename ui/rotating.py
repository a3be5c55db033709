"""Changing all keys by command: done by the running core, or here where none runs."""

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from appliance.access.sign_in import BY_COMMAND, OWNER
from appliance.desk import Desk
from appliance.folders import SPOOL_FOLDER
from appliance.gateways.clock import SystemClock
from appliance.keyholding.rotating import Rotating
from appliance.line import NoLine
from appliance.opening.store import heal_keyring, open_vault
from storage.errors import NightdeskError
from storage.keys.secret import SecretBytes
from storage.spool.reader import SpoolReader
from ui.channel import Message
from ui.control import ask
from ui.only_core import only_core

_LOOK_S: Final = 0.3

Act = Callable[[Message], Mapping[str, Any]]
Told = Callable[[str, int], None]
"""Told the step, and how many values were sealed anew in it."""


class NotRotatedError(NightdeskError):
    """The keys were not changed, or not to the end."""

    code = "keys-unchanged"


def rotation_acts(desk: Desk) -> Mapping[str, Act]:
    """What a command asks of the core."""

    def rotate(asked: Message) -> Mapping[str, Any]:
        desk.rotate_keys(BY_COMMAND, bool(asked.get("after_leak")))
        return {}

    def rotation(_: Message) -> Mapping[str, Any]:
        return asdict(desk.rotation())

    return {"rotate": rotate, "rotation": rotation}


def rotate_keys(folder: Path, *, after_leak: bool, words: Callable[[], SecretBytes], told: Told) -> bool:
    """Change every key. Whether a core did it, which goes on. Raises NotRotatedError, and what opening raises."""
    if ask(folder, {"do": "rotate", "after_leak": after_leak}) is None:
        _here(folder, after_leak=after_leak, words=words(), told=told)
        return False
    # The core's key is another from here on; each question reads it anew.
    while (stands := ask(folder, {"do": "rotation"})) is not None and stands["running"]:
        told(str(stands["step"]), int(stands["values"]))
        time.sleep(_LOOK_S)
    if stands is None:
        raise NotRotatedError("the desk was closed meanwhile", remedy="start it: the keys are then changed to the end")
    _expect_done(str(stands["error"]))
    return True


def _here(folder: Path, *, after_leak: bool, words: SecretBytes, told: Told) -> None:
    clock = SystemClock()
    with only_core(folder), closing(open_vault(folder, words, alone=clock)) as vault:
        heal_keyring(vault, clock)
        spool = SpoolReader(folder / SPOOL_FOLDER, identities=vault.keys.intake_identities())
        rotating = Rotating(vault=vault, clock=clock, line=NoLine(), spool=spool)
        rotating.start(OWNER, after_leak=after_leak)
        while rotating.running:
            stands = rotating.shown()
            told(stands.step, stands.values)
            rotating.wait(_LOOK_S)
        _expect_done(rotating.shown().error)


def _expect_done(error: str) -> None:
    if error:
        raise NotRotatedError(
            f"the keys were not changed to the end ({error})",
            remedy="the desk works as before, and tries again each hour; look at: nightdesk status",
        )
