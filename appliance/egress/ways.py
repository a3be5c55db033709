"""What each purpose may do at its destination: the calls it is for, the headers that may go with them, nothing more.

A permission names a place; this table keeps a permitted place from being used for something else (no files, no
batches, no server-side memory at the model), and keeps what SDKs tell about this machine from leaving with a call.
"""

import re
from typing import Final

from appliance.egress.permission import Purpose
from appliance.errors import EgressRefused

_MESSAGES: Final = r"/2010-04-01/Accounts/AC[0-9a-fA-F]{32}/Messages"
_ONE: Final = _MESSAGES + r"/(SM|MM)[0-9a-fA-F]{32}"
_OBJECT: Final = r"/[a-z0-9.-]+(/[A-Za-z0-9_.-]+)*/nightdesk-[0-9a-f]+(/[A-Za-z0-9_.-]+)+"

WAYS: Final = {
    Purpose.SMS: (
        ("POST", re.compile(_MESSAGES + r"\.json")),
        ("GET", re.compile(_MESSAGES + r"\.json(\?.*)?")),
        ("GET", re.compile(_ONE + r"\.json")),
        # Having the carrier forget the words and pictures of a text.
        ("POST", re.compile(_ONE + r"\.json")),
        ("GET", re.compile(_ONE + r"/Media\.json(\?.*)?")),
        ("DELETE", re.compile(_ONE + r"/Media/ME[0-9a-fA-F]{32}\.json")),
    ),
    Purpose.MODEL: (("POST", re.compile(r"(/[\w.-]+)*/v1/messages")),),
    Purpose.MAIL: (("MAIL", re.compile(r"")),),
    Purpose.BACKUP: (
        ("PUT", re.compile(_OBJECT)),
        ("GET", re.compile(_OBJECT)),
        ("DELETE", re.compile(_OBJECT)),
        ("GET", re.compile(r"/[a-z0-9.-]+\?[^#]*list-type=2[^#]*")),
        # What a bucket kept of something that was removed.
        ("GET", re.compile(r"/[a-z0-9.-]+\?prefix=[^#&]*&versions=")),
        ("DELETE", re.compile(_OBJECT + r"\?versionId=[^#&/]+")),
    ),
}

# No accept-encoding: an answer is taken as it is, so that its size is what was counted on the wire.
HEADERS: Final = frozenset(
    {
        "accept",
        "anthropic-version",
        "authorization",
        "content-length",
        "content-type",
        "host",
        "x-amz-content-sha256",
        "x-amz-date",
        "x-api-key",
    }
)
USER_AGENT: Final = "nightdesk"


def check_way(purpose: Purpose, *, method: str, target: str) -> None:
    """Raises EgressRefused unless this purpose makes such calls."""
    for allowed, path in WAYS[purpose]:
        if method == allowed and path.fullmatch(target):
            return
    raise EgressRefused("other-call", f"{purpose.value} never makes such a {method} call")


def kept_headers(raw: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers that leave."""
    kept = [(name, value) for name, value in raw if name.lower().decode("latin-1") in HEADERS]
    return [*kept, (b"User-Agent", USER_AGENT.encode())]
