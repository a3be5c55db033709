"""What commands ask of a running core: a link, the state, a text. Whoever can read the key file is the owner's account.

The same kind of channel as between core and door; see ui/channel.py.
"""

import json
import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from storage.errors import NightdeskError
from ui.channel import Channel, ChannelError, Doorstep, Message, call, read_key, write_new_key

KEY_FILE: Final = "core.key"
PORT_FILE: Final = "core.json"
_ANSWER_WITHIN_S: Final = 30.0
_SERVED_WITHIN_S: Final = 10.0

log = logging.getLogger("nightdesk.control")

Act = Callable[[Message], Mapping[str, Any]]


class AskedError(NightdeskError):
    """The running core answered with an error of its own."""

    code = "asked"

    def __init__(self, code: str, exit_code: int, sentence: str, remedy: str) -> None:
        super().__init__(sentence, remedy=remedy)
        # Each is passed on as the core said it.
        self.code = code  # type: ignore[misc]
        self.exit_code = exit_code  # type: ignore[misc]


class Control:
    """The core's side: answers one question a connection, in a thread of its own."""

    def __init__(self, run_folder: Path, acts: Mapping[str, Act]) -> None:
        run_folder.mkdir(mode=0o700, exist_ok=True)
        self._folder = run_folder
        self._acts = acts
        self._closing = False
        self._doorstep = Doorstep(write_new_key(run_folder / KEY_FILE))
        (run_folder / PORT_FILE).write_text(json.dumps({"port": self._doorstep.port}), encoding="utf-8")
        self._thread = threading.Thread(target=self._serve, name="control", daemon=True)

    @property
    def port(self) -> int:
        """The loopback port it listens on."""
        return self._doorstep.port

    def renew_key(self) -> None:
        """Whoever has the old key is answered no more."""
        self._doorstep.change_key(write_new_key(self._folder / KEY_FILE))

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def close(self) -> None:
        """Answer nobody any more."""
        self._closing = True
        (self._folder / PORT_FILE).unlink(missing_ok=True)
        self._doorstep.close()

    def _serve(self) -> None:
        while True:
            try:
                connection = self._doorstep.wait()
            except OSError:
                if self._closing:
                    return
                continue  # a caller that hung up before it was answered
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: Any) -> None:  # noqa: ANN401 - a connection of either platform's kind
        try:
            channel = self._doorstep.know(connection)
            asked = channel.hear(_SERVED_WITHIN_S)
            if asked is not None:
                channel.tell(self._done(asked))
            channel.close()
        except ChannelError:
            return

    def _done(self, asked: Message) -> Mapping[str, Any]:
        act = self._acts.get(str(asked.get("do")))
        if act is None:
            return {"error": ["usage", 2, "the running core does not know this request", "restart it"]}
        try:
            return {"done": act(asked)}
        except NightdeskError as error:
            return {"error": [error.code, error.exit_code, error.sentence, error.remedy]}
        except Exception as error:  # noqa: BLE001 - a command must hear an answer; the log has the type
            log.warning("a command failed", extra={"code": type(error).__name__})
            return {"error": ["unexpected", 1, "the running core failed at this", "see logs/core.log"]}


def ask(desk_folder: Path, request: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The running core's answer, or None when no core runs. Raises AskedError for an error of the core's."""
    channel = _channel(desk_folder / "run")
    if channel is None:
        return None
    try:
        channel.tell(request)
        heard = channel.hear(_ANSWER_WITHIN_S)
    except ChannelError:
        return None
    finally:
        channel.close()
    if heard is None:
        raise AskedError("slow", 1, "the running core did not answer in time", "try again")
    if "error" in heard:
        raise AskedError(*heard["error"])
    done: Mapping[str, Any] = heard["done"]
    return done


def _channel(run_folder: Path) -> Channel | None:
    try:
        port = int(json.loads((run_folder / PORT_FILE).read_text(encoding="utf-8"))["port"])
        return call(port, read_key(run_folder / KEY_FILE))
    except (OSError, ValueError, KeyError, ChannelError):
        return None
