"""The crossing: on whose behalf something is about to leave. Without one, nothing does.

It belongs to the thread that entered it. A new thread starts without one, and so can send nothing until it enters
its own (or is run in a copy of the context on purpose).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from appliance.egress.permission import Purpose
from appliance.errors import EgressRefused
from appliance.redaction.wire import KnownIdentifiers


@dataclass(frozen=True, slots=True)
class Crossing:
    """Why something leaves, about whom, in which run; for a model, what must not be in it."""

    purpose: Purpose
    person: str | None = None
    run: str | None = None
    known: KnownIdentifiers | None = field(default=None, repr=False)


_current: ContextVar[Crossing | None] = ContextVar("crossing", default=None)


@contextmanager
def crossing(
    purpose: Purpose, *, person: str | None = None, run: str | None = None, known: KnownIdentifiers | None = None
) -> Iterator[Crossing]:
    """Within this block, this thread may send for this purpose. A model crossing must name what is known."""
    entered = Crossing(purpose, person, run, known)
    token = _current.set(entered)
    try:
        yield entered
    finally:
        _current.reset(token)


def current(purpose: Purpose) -> Crossing:
    """The crossing this thread is in. Raises EgressRefused if it is in none, or in one for something else."""
    now = _current.get()
    if now is None:
        raise EgressRefused("no-crossing", f"something tried to leave for {purpose.value} that no step had asked for")
    if now.purpose is not purpose:
        raise EgressRefused("other-crossing", f"a crossing for {now.purpose.value} was used for {purpose.value}")
    return now
