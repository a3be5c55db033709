"""A gate that many may pass at once, and that one may close to be alone: who comes then waits."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, local

from storage.errors import BusyError


class Gate:
    """Passing is free within a passage of the same thread, so that whoever is inside is never locked out there."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._inside = 0
        self._closed = False
        self._mine = local()

    @contextmanager
    def passage(self) -> Iterator[None]:
        """Waits while the gate is closed."""
        depth = getattr(self._mine, "depth", 0)
        if depth == 0:
            with self._changed:
                self._changed.wait_for(lambda: not self._closed)
                self._inside += 1
        self._mine.depth = depth + 1
        try:
            yield
        finally:
            self._mine.depth = depth
            if depth == 0:
                with self._changed:
                    self._inside -= 1
                    self._changed.notify_all()

    @contextmanager
    def closed(self, *, within_s: float) -> Iterator[None]:
        """Alone. Raises BusyError where somebody stays inside for so long; then the gate is open again."""
        end = time.monotonic() + within_s
        with self._changed:
            self._closed = True
            left = self._changed.wait_for(lambda: self._inside == 0, timeout=max(end - time.monotonic(), 0))
            if not left:
                self._open()
                raise BusyError("something reads the store for a long time", remedy="it is tried again")
        # Whoever is alone passes: what is built anew may look at once.
        self._mine.depth = 1
        try:
            yield
        finally:
            self._mine.depth = 0
            with self._changed:
                self._open()

    def _open(self) -> None:
        self._closed = False
        self._changed.notify_all()
