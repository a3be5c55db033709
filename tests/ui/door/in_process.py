"""The door's server in a thread of the test, where a test must reach into it."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus

from ui.door import server
from ui.door.answers import answer
from ui.door.requests import StrictRequest


def always(status: HTTPStatus, requests: Sequence[StrictRequest]) -> list[bytes]:
    return [answer(status, closing=server.closes(one), second=0) for one in requests]


@contextmanager
def a_server(*, patience: float = 20.0, limit: int = 3000) -> Iterator[int]:
    """Says 404 to everything; gives its port."""
    running = server.DoorServer(
        lambda requests: always(HTTPStatus.NOT_FOUND, requests),
        port=0,
        tick=lambda: None,
        patience=patience,
        limit=limit,
    )
    thread = threading.Thread(target=running.run)
    thread.start()
    try:
        yield int(running.effective_port)
    finally:
        running.stop()
        thread.join()
