"""Finds where an HTTP request begins and ends: waitress's parser, and stricter where two readers could differ."""

import re
import time

from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.utilities import BadRequest

_ONE_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked[ \t]*(?=\r\n)", re.IGNORECASE)
# A path of this server, in printable ASCII: no absolute address, no control character that another reader might cut at.
_TARGET = re.compile(r"/[!-~]*")
_VERSIONS = {"1.0", "1.1"}


class StrictRequest(HTTPRequestParser):
    """One request. Ambiguous boundaries are an error (400): both lengths, two hosts, absolute targets, bare feeds."""

    def __init__(self, adj: Adjustments) -> None:
        super().__init__(adj)
        self.began = time.monotonic()

    def received(self, data: bytes) -> int:
        if self.body_rcv is None and not self.header_plus and data[:1] in {b"\n", b" ", b"\t"}:
            return self._refuse(len(data))
        taken: int = super().received(data)
        # waitress waits for a blank line of CRLF; a request of bare line feeds would wait until it times out.
        if not self.headers_finished and not self.completed and _has_bare_feed(self.header_plus):
            return self._refuse(taken)
        return taken

    def body(self) -> bytes:
        """The whole body. It is in memory: the longest one is shorter than what waitress would put in a file."""
        received: bytes = self.body_rcv.getbuf().get() if self.body_rcv is not None else b""
        return received

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.error is not None or self.completed:
            return
        self._require(self.version in _VERSIONS)
        self._require(_TARGET.fullmatch(self.request_uri) is not None)
        host = self.headers.get("HOST")
        # Repeated headers arrive joined by a comma, and no host name holds one.
        self._require("," not in host if host is not None else self.version == "1.0")
        if self.chunked:
            self._require("CONTENT_LENGTH" not in self.headers)
            self._require(header_plus.lower().count(b"\r\ntransfer-encoding") == 1)
            self._require(_ONE_CHUNKED.search(header_plus) is not None)
        else:
            # Left here by waitress where the version is 1.0, whose readers may or may not heed it.
            self._require("TRANSFER_ENCODING" not in self.headers)

    def _require(self, condition: bool) -> None:  # noqa: FBT001 - reads as one sentence
        if not condition:
            raise ParsingError("the boundaries of this request can be read in two ways")

    def _refuse(self, taken: int) -> int:
        self.error = BadRequest("bare line feed")
        self.completed = True
        return taken


def _has_bare_feed(head: bytes) -> bool:
    return head.count(b"\n") != head.count(b"\r\n")
