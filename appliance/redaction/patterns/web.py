"""Addresses of pages."""

import re
from collections.abc import Iterator
from typing import Final

from appliance.redaction.patterns.found import Found
from appliance.redaction.values import Label

_URL: Final = re.compile(
    r"(?:https?://|www\.)[^\s<>\"]{2,2000}"
    r"|(?<![\w@.-])(?:[a-z0-9-]{1,63}\.){1,3}(?:com|net|org|edu|gov|io|co|us|info|biz|ly|gl|me|app|gle|be|link|page|mx|es)"
    r"(?:/[^\s<>\"]{0,2000}|(?![\w@-]))"
    r"|(?<![\w@.-])(?:[a-z][a-z0-9-]{1,40}\.){1,3}[a-z]{2,12}/[^\s<>\"]{2,2000}"
)
_SAID: Final = re.compile(
    r"(?<![\w@.-])(?:www (?:dot|punto) )?[a-z0-9-]{2,40}(?:\.| (?:dot|punto) )(?:com|net|org|edu|gov|co|io|us|mx|es)"
    r"(?: (?:forward )?(?:slash|diagonal) [\w-]{1,40}){1,6}(?: \d{1,8}(?!\w))?"
    r"|(?<!\w)www (?:dot|punto) [a-z0-9-]{2,40} (?:dot|punto) [a-z]{2,4}\b"
)
_LOOSE_END: Final = ".,;:!?)'\"]}"


def find_urls(text: str) -> Iterator[Found]:
    if "slash" in text or "diagonal" in text or "www" in text:
        for match in _SAID.finditer(text):
            yield Found(match.start(), match.end(), Label.URL, "the address of a page, said aloud")
    if "." not in text and "://" not in text:
        return
    for match in _URL.finditer(text):
        length = len(match[0].rstrip(_LOOSE_END))
        if length > 3:
            yield Found(match.start(), match.start() + length, Label.URL, "the address of a page")
