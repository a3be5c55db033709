"""The core's line to its door: the handle of the door's process, as the desk wants to see it."""

import http.client
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from appliance.line import DoorReport
from storage.errors import NightdeskError
from ui.channel import HOST, ChannelError
from ui.door.control import DoorHandle
from ui.door.facts import read_facts, write_facts

_WITHIN_S: Final = 10.0
_OK: Final = 200


class DoorClosedError(NightdeskError):
    """The door did not take a text of the test phone."""

    code = "door-closed"


class DoorLine:
    """A `Line` over the door's handle."""

    def __init__(self, handle: DoorHandle, *, folder: Path) -> None:
        self._handle = handle
        self._folder = folder
        self._path = f"/hooks/{folder.name}/sms"
        self._others: list[Callable[[], object]] = []

    def also_renew(self, renew: Callable[[], object]) -> None:
        """Another line of this desk, which gets a new key whenever this one does."""
        self._others.append(renew)

    def hand_tokens(self, tokens: Sequence[str]) -> None:
        self._handle.hand_tokens(tokens)

    def wait_for_letters(self, timeout: float) -> bool:
        return self._handle.wait_for_letters(timeout)

    def begin_segment(self) -> bool:
        try:
            self._handle.begin_segment()
        except ChannelError:
            return False
        return True

    def report(self) -> DoorReport:
        try:
            told = self._handle.stats()
        except ChannelError:
            return DoorReport(up=False)
        return DoorReport(
            up=True,
            since=told.since,
            acknowledged=told.acknowledged,
            unchecked=told.unchecked,
            refused=told.refused,
            failure=told.failure,
        )

    def hand_in(self, fields: Mapping[str, str], signature: str) -> None:
        door = http.client.HTTPConnection(HOST, self._handle.port, timeout=_WITHIN_S)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
        try:
            door.request("POST", self._path, body=urlencode(fields).encode(), headers=headers)
            status = door.getresponse().status
        except OSError:
            raise DoorClosedError("the door does not answer", remedy="look at the page 'Status'") from None
        finally:
            door.close()
        if status != _OK:
            raise DoorClosedError(f"the door refused the text ({status})", remedy="look at the page 'Status'")

    def reseal(self, recipient: str) -> None:
        facts = read_facts(self._folder)
        if facts.recipient != recipient:
            write_facts(self._folder, replace(facts, recipient=recipient))
        self._handle.reload()

    def renew_keys(self) -> None:
        for renew in self._others:
            renew()
        # A door that is away has no line to close; the next one has another key.
        with suppress(ChannelError):
            self._handle.renew_key()
