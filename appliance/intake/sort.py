"""What the rules of intake see in one text, all of it together. Pure, no network, nothing heavy to import."""

from dataclasses import dataclass

from appliance.intake.emergency import Emergency, find_emergency
from appliance.intake.junk import is_junk
from appliance.intake.language import find_language
from appliance.intake.optout import find_wish


@dataclass(frozen=True, slots=True)
class Sorted:
    """A text, sorted. An emergency or an opt-out is never junk."""

    optout: bool
    optin: bool
    help: bool
    emergency: Emergency | None
    junk: bool
    language: str


def sort_text(text: str) -> Sorted:
    """Sort one text.

    1. An opt-out is looked for first; it does not hide an emergency beside it.
    2. An emergency that the text tells of stands. One that it only claims ("URGENT! Call now") yields to junk.
    3. Junk is asked last, and only of what is neither.
    """
    wish = find_wish(text)
    told = find_emergency(text, take_word=False)
    junk = not wish.out and told is None and is_junk(text)
    emergency = told if junk else find_emergency(text)
    return Sorted(wish.out, wish.again, wish.help, emergency, junk, find_language(text))
