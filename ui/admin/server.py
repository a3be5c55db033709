"""The admin pages' server: waitress, on the sockets it is given."""

import contextlib
import socket
import sys
from collections.abc import Sequence
from typing import Final

from flask import Flask
from waitress.server import create_server

from ui.admin.forms import MOST_BYTES
from ui.admin.guard import Place

# Page buffers stay in memory: over these marks waitress would write what people wrote into plain temporary files.
_NEVER_SPILL: Final = 64 * 1024 * 1024


class AdminServer:
    """One app on its sockets. `serve` blocks until `stop` is called from another thread or a signal handler raises."""

    def __init__(self, app: Flask, sockets: Sequence[socket.socket]) -> None:
        place = app.extensions["nightdesk"]
        assert isinstance(place, Place)  # noqa: S101 - narrows the type
        self.origin = place.origin
        self._sockets = sockets
        self._server = create_server(
            app,
            sockets=list(sockets),
            threads=4,
            connection_limit=200,
            channel_timeout=60,
            max_request_body_size=MOST_BYTES,
            max_request_header_size=32_768,
            inbuf_overflow=2 * MOST_BYTES,
            outbuf_overflow=_NEVER_SPILL,
            ident=None,
            clear_untrusted_proxy_headers=True,
            expose_tracebacks=False,
            asyncore_use_poll=sys.platform != "win32",
        )

    def serve(self) -> None:
        """Answer requests in this thread."""
        self._server.run()

    def stop(self) -> None:
        """End it; requests being answered get a moment."""
        with contextlib.suppress(OSError):
            self._server.close()
