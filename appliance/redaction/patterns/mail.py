"""E-mail addresses, as typed and as spelled out, and handles."""

import re
from collections.abc import Iterator
from typing import Final

from appliance.redaction.patterns.found import Found
from appliance.redaction.values import Label

_TLD: Final = r"(?:com|net|org|edu|gov|io|co|us|info|biz|mx|es|me|app|dev|health|dental|care|vet|email|com\.mx|co\.uk)"
_HOSTS: Final = (
    r"(?:gmail|g mail|gmial|gmal|yahoo|hotmail|outlook|icloud|aol|proton|protonmail|live|msn|comcast|me|att|sbcglobal|"
    r"verizon|ymail|example|mail|school|work|company)"
)
# Left part bounded at 64 by the standard; the dot and the sign may stand apart or be spelled.
_TYPED: Final = re.compile(r"(?<![\w.+-])[\w.+%-]{1,64}\s?@\s?[a-z0-9-]{1,63}(?:\s?\.\s?[a-z0-9-]{1,24}){1,4}")
_TIGHT_TAIL: Final = re.compile(r"@\s?([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,24}){1,4})")
_AT: Final = r"(?:\s{0,2}@\s{0,2}|\s{0,2}[(\[]\s?at\s?[)\]]\s{0,2}|\s{1,2}at\s{1,2}|\s{1,2}arroba\s{1,2})"
_DOT: Final = r"(?:\s{0,2}\.\s{0,2}|\s{0,2}[(\[]\s?dot\s?[)\]]\s{0,2}|\s{1,2}dot\s{1,2}|\s{1,2}punto\s{1,2})"
_SEAM: Final = (
    r"(?:\.|\s{1,2}dot\s{1,2}|\s{1,2}punto\s{1,2}|\s{1,2}underscore\s{1,2}|\s{1,2}guion bajo\s{1,2}|"
    r"\s{1,2}dash\s{1,2}|\s{1,2}guion\s{1,2}|_|-)"
)
_SPELLED: Final = re.compile(
    rf"(?<![\w@])[\w+%-]{{1,40}}(?:{_SEAM}[\w+%-]{{1,40}}){{0,4}}"
    rf"(?:{_AT}{_HOSTS}{_DOT}{_TLD}|{_AT}[a-z0-9-]{{2,40}}{_DOT}(?:com|net|org|edu)|"
    rf"\s?@\s?(?:gmail|yahoo|hotmail|outlook|icloud|aol))(?!\w)"
)
_HANDLE: Final = re.compile(r"(?<![\w@.])@[a-z0-9_](?:[\w.]{0,38}\w)?")


def find_emails(text: str) -> Iterator[Found]:
    """Addresses with a sign and a dot, and those told as one tells them aloud."""
    if "@" in text:
        for match in _TYPED.finditer(text):
            yield Found(match.start(), _tail(text, match), Label.EMAIL, "an e-mail address")
    if "@" in text or " at " in text or "arroba" in text or "(at)" in text or "[at]" in text:
        for match in _SPELLED.finditer(text):
            yield Found(match.start(), match.end(), Label.EMAIL, "an e-mail address, spelled out")


def find_handles(text: str) -> Iterator[Found]:
    if "@" in text:
        for match in _HANDLE.finditer(text):
            yield Found(match.start(), match.end(), Label.ID, "a handle")


def _tail(text: str, match: re.Match[str]) -> int:
    """End after the host; a dot that ends the sentence and the next sentence's first word stay outside."""
    if " ." not in match[0] and ". " not in match[0]:
        return match.end()
    tight = _TIGHT_TAIL.search(text, match.start(), match.end())
    return tight.end() if tight else match.end()
