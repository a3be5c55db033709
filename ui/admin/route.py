"""What a route is: where, how, who may, which fields; and what its view is handed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from flask import Response

from appliance.views.people import Reader
from ui.admin.forms import Spec
from ui.admin.verbs import DeskVerbs


class Access(StrEnum):
    """Who may ask. There is no route without one of these."""

    OPEN = "open"  # anybody on this machine: readiness, static files
    ENTRY = "entry"  # anybody, but the desk must be unlocked: sign-in
    REPORT = "report"  # the browser itself: policy reports
    LOCKED = "locked"  # only while the desk is locked
    SIGNED_IN = "signed-in"  # a session, and for changes its form token


@dataclass(frozen=True, slots=True)
class Call:
    """All that a view may use: the desk and the checked fields."""

    desk: DeskVerbs
    fields: dict[str, str] = field(repr=False)
    holder: Reader | None = None
    live: bool = False

    @property
    def reader(self) -> Reader:
        """Who is signed in. Only open routes have nobody."""
        if self.holder is None:
            raise PermissionError("this route has nobody signed in")
        return self.holder

    def text(self, name: str) -> str:
        """A field as it was sent, line ends apart."""
        return self.fields[name]

    def number(self, name: str, *, otherwise: int = 0) -> int:
        """A field whose pattern lets only digits through."""
        return int(self.fields[name] or otherwise)


View = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the route table. A changing route takes a form; a reading one may take a query."""

    method: Literal["GET", "POST"]
    rule: str
    name: str
    view: View
    access: Access = Access.SIGNED_IN
    form: Spec = field(default_factory=dict)
    query: Spec = field(default_factory=dict)
    json: bool = False
