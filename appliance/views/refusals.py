"""What a verb may answer instead of a page. Each says what to do next; the page adds nothing.

NightdeskError
└── Refusal
    ├── SignInRefused   the link is used, too old or unknown: one sentence for all three
    ├── OutOfDate       somebody was quicker; nothing was done
    ├── NotPossible     the desk is in no state to do that (opted out, not a test phone, permission missing)
    └── NotAcceptable   the words or the choice do not fit; `field` names the input
"""

from storage.errors import NightdeskError


class Refusal(NightdeskError):
    """The desk understood, and did not do it."""

    code = "refused"


class SignInRefused(Refusal):
    """The token opens nothing. Which of the reasons it was is not told."""

    code = "sign-in-refused"


class OutOfDate(Refusal):
    """What the page showed has changed since; nothing was done."""

    code = "out-of-date"


class NotPossible(Refusal):
    """Not now, or not here."""

    code = "not-possible"


class NotAcceptable(Refusal):
    """An input does not fit."""

    code = "not-acceptable"

    def __init__(self, sentence: str, *, field: str = "", remedy: str = "") -> None:
        super().__init__(sentence, remedy=remedy)
        self.field = field
