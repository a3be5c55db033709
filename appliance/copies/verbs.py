"""What pages and commands ask of an open desk about its copies; part of appliance/desk.py, in a file of its own."""

from typing import TYPE_CHECKING

from appliance.views.copies import Copies
from appliance.views.people import Reader

if TYPE_CHECKING:
    from appliance.opening.parts import Parts


class CopyVerbs:
    """The desk's verbs about its copies."""

    @property
    def _open(self) -> "Parts":
        raise NotImplementedError

    def copies(self, reader: Reader) -> Copies:  # noqa: ARG002 - every page's verb takes its reader
        return self._open.copies.shown()

    def back_up_now(self, reader: Reader) -> None:
        self._open.copies.back_up_now(reader)

    def drill_now(self, reader: Reader) -> None:
        self._open.copies.drill_now(reader)

    def resume_sending(self, reader: Reader) -> None:
        self._open.copies.resume_sending(reader.name)
        self._open.worker.nudge()
