"""One running door: its parts put together, what the core may ask of it, and when it ends by itself."""

import logging
import time
from collections.abc import Sequence
from pathlib import Path

from storage.spool.writer import SpoolWriter
from ui.channel import Doorstep, Message, write_new_key
from ui.door.check import DoorCheck
from ui.door.facts import DoorFacts, facts_path, read_facts
from ui.door.files import key_path, spool_path
from ui.door.line import Line
from ui.door.reception import Reception
from ui.door.requests import StrictRequest
from ui.door.server import DoorServer
from ui.door.tally import Tally

_LOG = logging.getLogger("door")
_BETWEEN_COUNTS_S = 60.0


class House:
    """Raises OSError where the port is taken, AlreadyRunningError where another door writes to the spool."""

    def __init__(self, folder: Path, facts: DoorFacts, *, port: int, key: bytes, connections: int) -> None:
        self._folder = folder
        self._tally = Tally(since=time.time_ns() // 1_000_000)
        self._told: dict[str, object] = {}
        self._next_counts = 0.0
        self._doorstep = Doorstep(key)
        self._line = Line(
            self._doorstep,
            {
                "tokens": self._take_tokens,
                "stats": self._stats,
                "reload": self._reload,
                "segment": self._begin_segment,
                "rekey": self._rekey,
                "stop": self._stop,
            },
            hung_up=self._forget_tokens,
        )
        self._spool = SpoolWriter(spool_path(folder), recipient=facts.recipient)
        self.server = DoorServer(self._answer, port=port, tick=self._tick, limit=connections)
        self._reception = Reception(facts, self._spool, self._tally, deliver=self.server.deliver, wake=self._line.wake)

    @property
    def port(self) -> int:
        return int(self.server.effective_port)

    @property
    def control_port(self) -> int:
        return self._doorstep.port

    def run(self) -> None:
        """Until somebody asks to stop."""
        self._line.start()
        try:
            self.server.run()
        finally:
            self._doorstep.close()
            self._reception.close()
            self._spool.close()
            _LOG.info("closed", extra={"counts": self._tally.counts()})

    def _answer(self, requests: Sequence[StrictRequest]) -> Sequence[bytes | None]:
        return self._reception.answer(requests)

    def _take_tokens(self, message: Message) -> Message:
        tokens = message.get("tokens")
        held = tuple(token for token in tokens if isinstance(token, str) and token) if isinstance(tokens, list) else ()
        self._reception.tokens = held
        return {"event": "tokens", "held": len(held)}

    def _forget_tokens(self) -> None:
        self._reception.tokens = ()
        _LOG.info("the core has gone: letters are kept unchecked")

    def _reload(self, _: Message) -> Message:
        facts = read_facts(self._folder)
        self._spool.reseal(facts.recipient)
        self._reception.judge = DoorCheck(facts)
        return {"event": "reloaded"}

    def _begin_segment(self, _: Message) -> Message:
        self._spool.begin_segment()
        return {"event": "segment"}

    def _rekey(self, _: Message) -> Message:
        self._doorstep.change_key(write_new_key(key_path(self._folder)))
        return {"event": "rekeyed"}

    def _stop(self, _: Message) -> Message:
        self.server.stop()
        return {"event": "stopping"}

    def _stats(self, _: Message) -> Message:
        room = self._spool.allowance
        return {
            "event": "stats",
            **self._tally.counts(),
            "tokens": len(self._reception.tokens),
            "connections": len(self.server.active_channels),
            "failure": self._spool.failure,
            "spool_bytes": room.total_bytes if room else 0,
            "spool_unchecked": room.unchecked_letters if room else 0,
        }

    def _tick(self) -> None:
        if not facts_path(self._folder).exists():
            # A throw-away desk was cleared away. What is written to a folder that has gone is kept by nobody.
            _LOG.warning("the desk's folder has gone")
            self.server.stop()
            return
        counts = self._tally.counts()
        if counts != self._told and time.monotonic() >= self._next_counts:
            self._told, self._next_counts = counts, time.monotonic() + _BETWEEN_COUNTS_S
            _LOG.info("counts", extra={"counts": counts})
