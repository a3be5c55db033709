"""The appliance's branch of the error tree; the root is in storage/errors.py.

    ApplianceError
    ├── EgressError                    nothing leaves this way
    │   ├── EgressRefused              no crossing, no permission, plain text off loopback: see the code
    │   ├── BarrierRefused             somebody tried a way out that goes round egress
    │   └── WireRefused                a prompt held something that identifies the person
    ├── CarrierError                   the carrier did not take it
    │   ├── TransientError             not now: try again later; it was surely not taken
    │   ├── PermanentError             not at all: trying again will not help
    │   └── UnknownOutcomeError        it may have been taken: look it up, never repeat it blindly
    └── MailError                      the alert could not be mailed

A drafter's errors stand with its port (answering/drafter.py). Sentences name ids and codes, never what somebody wrote.
"""

import re
from typing import Final

from storage.errors import NightdeskError

_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class ApplianceError(NightdeskError):
    """The desk could not do it."""

    code = "appliance"


class EgressError(ApplianceError):
    """Nothing leaves this way."""

    code = "egress"


class EgressRefused(EgressError):
    """Egress was asked and said no. `reason` is the code of the step that refused."""

    code = "egress-refused"

    def __init__(self, reason: str, sentence: str, *, remedy: str = "") -> None:
        super().__init__(sentence, remedy=remedy)
        self.reason = reason


class BarrierRefused(EgressError):
    """Something in this process tried to look up, to connect or to start a program past egress."""

    code = "barrier-refused"


class WireRefused(EgressRefused):
    """A prompt held something that identifies the person, and was stopped before a byte of it left."""

    code = "wire-refused"


class CarrierError(ApplianceError):
    """The carrier did not take it. `reason` is the carrier's own code where it gave one, else ours."""

    code = "carrier"

    def __init__(self, reason: str, sentence: str = "", *, remedy: str = "") -> None:
        super().__init__(sentence or f"the carrier answered {reason}", remedy=remedy)
        self.reason = reason


class TransientError(CarrierError):
    """Not now. The text was surely not taken. `retry_after` is the carrier's own wish in milliseconds, if any."""

    code = "carrier-transient"

    def __init__(self, reason: str, sentence: str = "", *, retry_after: int | None = None) -> None:
        super().__init__(reason, sentence)
        self.retry_after = retry_after


class PermanentError(CarrierError):
    """Not at all. Trying the same again will not help."""

    code = "carrier-permanent"


class UnknownOutcomeError(CarrierError):
    """Bytes left and no clear answer came back. The text may be on its way: look it up, never send it again blindly."""

    code = "carrier-unknown"


class MailError(ApplianceError):
    """The alert could not be mailed."""

    code = "mail"


def kebab(failure: BaseException) -> str:
    """The kind of a failure that is not ours, as a code: ReadTimeout is `read-timeout`. Its message may quote."""
    return _HUMP.sub("-", type(failure).__name__).lower()
