"""What each code of the carrier means for a reply.

The source of each line is the carrier's error dictionary, https://www.twilio.com/docs/api/errors/<code>. The carrier
adds and splits codes (https://www.twilio.com/en-us/changelog, July 2024: 21211 and 21606 in more exact ones), so a code
that is not here is taken for a refusal for good, which tells staff: the reading that never sends twice.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Treatment(StrEnum):
    """What is to be done."""

    TRY_AGAIN = "try-again"
    """Surely not taken, and it may be taken later."""
    SUPPRESS = "suppress"
    """They told the carrier to stop: a stop for us too."""
    BAD_NUMBER = "bad-number"
    """No text can reach that number."""
    OUR_ACCOUNT = "our-account"
    """Account, number or registration of the desk: nothing goes out until the owner mends it. The reply waits."""
    REFUSED = "refused"
    """This text will not be taken."""


_BY_TREATMENT: Final[Mapping[Treatment, frozenset[str]]] = {
    Treatment.TRY_AGAIN: frozenset({
        "20429",  # too many requests at a time; "never processed and always safe to retry"
        "20503",  # service unavailable; "try again with exponential back-off"
        "14107",  # message rate exceeded
        "21611",  # ten hours of texts are queued for our number already
        "30001",  # queue overflow
        "30022",  # rate limit of our campaign
    }),
    Treatment.SUPPRESS: frozenset({
        "21610",  # the recipient has unsubscribed
    }),
    Treatment.BAD_NUMBER: frozenset({
        "21211",  # not a valid number
        "21214",  # cannot be reached
        "21217",  # not a valid number
        "21265",  # a short code
        "21266",  # our own number
        "21612",  # no route between our number and this one
        "21614",  # not a mobile number
        "21635",  # a landline
        "30003",  # handset unreachable
        "30005",  # handset unknown
        "30006",  # a landline or an unreachable network
    }),
    Treatment.OUR_ACCOUNT: frozenset({
        "20003",  # authentication failed
        "20005",  # the account is not active
        "20404",  # no such account
        "21408",  # sending to that region is not enabled
        "21601", "21606", "21659", "21660", "21661",  # our number is not ours, or cannot send texts
        "21608",  # a trial account, and this number was not verified
        "21609",  # our status address is not one
        "30002",  # the account is suspended
        "30032", "30034",  # our toll-free or local number is not registered
        "63038",  # daily limit of the account
    }),
    Treatment.REFUSED: frozenset({
        "21602", "21603", "21604", "21617",  # no words, no sender, no recipient, too long
        "30004",  # blocked
        "30007",  # filtered
        "30008",  # unknown error at the network
    }),
}  # fmt: skip

TREATMENTS: Final[Mapping[str, Treatment]] = {
    code: treatment for treatment, codes in _BY_TREATMENT.items() for code in codes
}


def treatment_of(code: str) -> Treatment:
    """What a code asks for; an unknown one is a refusal for good."""
    return TREATMENTS.get(code, Treatment.REFUSED)
