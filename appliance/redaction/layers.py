"""The finders that need no learning, in order, and the tokens that the tagger then reads."""

from dataclasses import replace
from typing import Final

from appliance.redaction.patterns.dates import find_dates
from appliance.redaction.patterns.found import Finder, Found
from appliance.redaction.patterns.handles import find_handles, find_user_names
from appliance.redaction.patterns.homes import find_homes
from appliance.redaction.patterns.mail import find_emails
from appliance.redaction.patterns.numbers import find_long_numbers, find_numbers
from appliance.redaction.patterns.phone import find_phones
from appliance.redaction.patterns.spelling import find_spelled_names
from appliance.redaction.patterns.spoken import find_spoken_numbers
from appliance.redaction.patterns.street import find_addresses
from appliance.redaction.patterns.web import find_urls
from appliance.redaction.tokens import Tokens, cut
from appliance.redaction.values import Label

FINDERS: Final[tuple[tuple[str, Finder], ...]] = (
    ("mail", find_emails),
    ("web", find_urls),
    ("mail", find_handles),
    ("phone", find_phones),
    ("spoken", find_spoken_numbers),
    ("dates", find_dates),
    ("street", find_addresses),
    ("homes", find_homes),
    ("spelling", find_spelled_names),
    ("numbers", find_long_numbers),
    ("numbers", find_numbers),
    ("numbers", find_user_names),
)

# One word to the tagger, whatever is in it.
_WHOLE: Final = {Label.EMAIL: "<email>", Label.URL: "<url>"}
# The finders read this many characters: a quarter more than the longest text message has. It bounds the time for any
# input; what lies beyond is covered unless it is plainly harmless (`again.beyond_reach`).
READ: Final = 2_000


def look(text: str) -> tuple[Tokens, list[Found]]:
    """Run every finder over a folded text; cut it into tokens, each address of mail or page being one."""
    lower = text[:READ].lower()
    hints = [replace(found, layer=layer) for layer, finder in FINDERS for found in finder(lower)]
    whole: list[tuple[int, int, str]] = []
    for found in sorted((each for each in hints if each.label in _WHOLE), key=lambda each: (each.start, -each.end)):
        if not whole or found.start >= whole[-1][1]:
            whole.append((found.start, found.end, _WHOLE[found.label]))
    return cut(text, whole), hints
