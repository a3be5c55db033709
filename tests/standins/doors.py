"""A real door in a process of its own, over a folder that holds nothing else of a desk."""

import contextlib
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from storage.letters import Letter
from tests.standins.letters import RECIPIENT, a_reader
from tests.standins.signed import ACCOUNT, NUMBER, TOKEN, Carrier
from ui.door.control import DoorHandle, ensure_door
from ui.door.facts import DoorFacts, write_facts
from ui.door.files import spool_path

DESK = "maple"
PUBLIC_URL = "https://desk.example"


@dataclass(frozen=True, slots=True)
class OpenDoor:
    folder: Path
    handle: DoorHandle

    @property
    def carrier(self) -> Carrier:
        return Carrier(self.handle.port, PUBLIC_URL, DESK)

    def letters(self) -> list[Letter]:
        """All that the door has spooled, opened."""
        return [one.letter for one in a_reader(spool_path(self.folder)).read_after(0, 1_000_000)]

    def raw(self, *pieces: bytes, timeout: float = 5) -> bytes:
        """All that the door answers to these bytes until it hangs up, or is silent for `timeout` seconds."""
        with socket.create_connection(("127.0.0.1", self.handle.port), timeout=timeout) as line:
            with contextlib.suppress(ConnectionError):  # it need not hear us out
                for piece in pieces:
                    line.sendall(piece)
            return heard(line)


def heard(line: socket.socket) -> bytes:
    """Whatever comes before the line ends, breaks or falls silent."""
    data = b""
    with contextlib.suppress(TimeoutError, ConnectionError):
        while more := line.recv(65536):
            data += more
    return data


def open_door(folder: Path, *, tokens: Sequence[str] = (TOKEN,), port: int = 0, release: str = "test") -> OpenDoor:
    """Writes the desk's public facts and starts its door, as the core does."""
    folder.mkdir(parents=True, exist_ok=True)
    write_facts(folder, DoorFacts(DESK, PUBLIC_URL, ACCOUNT, NUMBER, RECIPIENT, port))
    handle = ensure_door(folder, port=port, release=release)
    handle.hand_tokens(tokens)
    return OpenDoor(folder, handle)
