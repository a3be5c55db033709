"""Handles and user names: with their sign, said aloud, and after a word for where somebody has one."""

import re
from collections.abc import Iterator
from typing import Final

from appliance.redaction.patterns.found import DIGIT, Found
from appliance.redaction.values import Label

_COMMON: Final = r"ig|insta(?:gram)?|snap(?:chat)?|tiktok"
# Where people have user names, one of several in a pattern.
PLATFORMS: Final = rf"{_COMMON}|facebook|fb|telegram|discord|twitter"
# Said aloud, a name below a line is a user name; with dots it is one after a word for it.
_SAID_BELOW: Final = r"(?:underscore|guion bajo)"
_SAID_MARKS: Final = (" dot ", " punto ", " period ", " dash ", " guion ", " underscore ")
_SAID: Final = re.compile(
    rf"(?<!\w)\w{{2,24}}(?: {_SAID_BELOW} \w{{1,24}}){{1,3}}(?!\w)"
    rf"|\b(?:{_COMMON}|handle|user ?name|usuario)(?: is| es|'s|:)? "
    rf"(\w{{2,24}}(?: (?:dot|punto|period|dash|guion|{_SAID_BELOW}) \w{{1,24}}){{1,4}})(?!\w)"
)
_WITH_SIGN: Final = re.compile(r"(?<![\w@.])@[a-z0-9_](?:[\w.]{0,38}\w)?")
_ON_A_PLATFORM: Final = re.compile(
    rf"\b(?:{PLATFORMS}|xbox|psn)(?: (?:is|name|handle|id|es|me))?:? {{1,2}}"
    r"((?=[a-z._]{2,24}\d)[a-z][\w.]{3,24})(?!\w)"
)


def find_handles(text: str) -> Iterator[Found]:
    if any(word in text for word in _SAID_MARKS):
        for match in _SAID.finditer(text):
            told = 1 if match[1] else 0
            yield Found(match.start(told), match.end(told), Label.ID, "a handle, said aloud")
    if "@" in text:
        for match in _WITH_SIGN.finditer(text):
            yield Found(match.start(), match.end(), Label.ID, "a handle")


def find_user_names(text: str) -> Iterator[Found]:
    """Letters and digits after a word for where they are a name: facebook tinab44."""
    if DIGIT.search(text):
        for match in _ON_A_PLATFORM.finditer(text):
            yield Found(match.start(1), match.end(1), Label.ID, "a user name after a word for where")
