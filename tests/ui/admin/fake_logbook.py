"""A log in memory, for the pages."""

import io
from dataclasses import dataclass, replace
from typing import BinaryIO

from appliance.views.log import LogShown, MarkRow, SupportPreview
from appliance.views.refusals import NotPossible, OutOfDate
from storage.errors import RecipientError
from tests.ui.admin import samples

CHECKPOINT = """nightdesk/maple-street
1024
AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=

— nightdesk/maple-street q83vAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8AAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHw==
"""
CONTENT = """{
 "form": "nightdesk support 1",
 "made": "2027-01-15T08:00Z",
 "state": "ready",
 "acts": [
  {"action": "received", "actor": "desk", "at": "2027-01-15T07:45Z", "detail": {}, "object": "x0a1b2c3d4e"}
 ]
}
"""

SHOWN = LogShown(
    leaves=1030,
    first=0,
    checkpoint=CHECKPOINT,
    signed_at=samples.NOW - 1_800_000,
    signed=1024,
    key="nightdesk/maple-street+abcdef01+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
    checked_at=samples.NOW - 7_200_000,
    sound=True,
    behind=False,
    marks=(
        MarkRow("keystore", ok=True, sentence="the keystore cannot be asked: this account has no keystore here"),
        MarkRow("spool", ok=True, sentence="the spool remembers 1,024 entries, and they are here", at=samples.NOW),
    ),
)


@dataclass
class FakeLogbook:
    """One state, and what was asked of it."""

    log: LogShown = SHOWN
    previewed: str = ""

    def shown(self) -> LogShown:
        return self.log

    def evidence(self, by: str) -> BinaryIO:
        return io.BytesIO(b"PK")

    def preview_support(self) -> SupportPreview:
        self.previewed = "0123456789abcdef"
        return SupportPreview(self.previewed, CONTENT)

    def seal_support(self, by: str, preview_id: str, recipient: str) -> bytes:
        if preview_id != self.previewed:
            raise OutOfDate("This preview is no longer there.", remedy="Make a new one.")
        if not recipient.startswith("age1"):
            raise RecipientError("this is not an age recipient", remedy="ask support for theirs")
        return b"age-encryption.org/v1\n"

    def accept(self, by: str) -> int:
        if not self.log.behind:
            raise NotPossible("There is nothing to accept.")
        self.log = replace(self.log, behind=False)
        return 2
