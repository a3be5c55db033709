"""E-mail addresses, as typed and as spelled out."""

import re
from collections.abc import Iterator
from typing import Final

from appliance.redaction.patterns.found import Found
from appliance.redaction.values import Label

_TLD: Final = r"(?:com|net|org|edu|gov|io|co|us|info|biz|mx|es|me|app|dev|health|dental|care|vet|email|com\.mx|co\.uk)"
# Houses of mail so common that nobody says what follows their names.
PROVIDERS: Final = r"(?:gmail|yahoo|hotmail|outlook|icloud|aol)"
_HOSTS: Final = (
    rf"(?:{PROVIDERS}|g mail|gmial|gmal|proton|protonmail|live|msn|comcast|me|att|sbcglobal|"
    r"verizon|ymail|example|mail|school|work|company)"
)
# Left part bounded at 64 by the standard; the dot and the sign may stand apart or be spelled.
_TYPED: Final = re.compile(r"(?<![\w.+-])[\w.+%-]{1,64}\s?@\s?[a-z0-9-]{1,63}(?:\s?\.\s?[a-z0-9-]{1,24}){1,4}")
_TIGHT_TAIL: Final = re.compile(r"@\s?([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,24}){1,4})")
_PAUSE: Final = r"[\s,]{1,3}"
_ARROBA: Final = r"(?:arroba|a ?roba)"
_AT_ENGLISH: Final = r"at(?: sign| symbol| the rate(?: of)?)?"
_AT_WORD: Final = rf"(?:{_AT_ENGLISH}|{_ARROBA})"
_DOT_WORD: Final = r"(?:dot|period|point|punto)"
_SEAM_WORD: Final = r"(?:dot|period|point|punto|underscore|guion bajo|dash|hyphen|guion)"
_AT: Final = rf"(?:\s{{0,2}}@\s{{0,2}}|\s{{0,2}}[(\[{{]\s?{_AT_WORD}\s?[)\]}}]\s{{0,2}}|{_PAUSE}{_AT_WORD}{_PAUSE})"
_DOT: Final = rf"(?:\s{{0,2}}\.\s{{0,2}}|\s{{0,2}}[(\[{{]\s?{_DOT_WORD}\s?[)\]}}]\s{{0,2}}|{_PAUSE}{_DOT_WORD}{_PAUSE})"
# Of dashes, the words on both sides hold those themselves: in two places they would cost time without end.
_SEAM: Final = rf"(?:\.|{_PAUSE}{_SEAM_WORD}{_PAUSE}|\s?[(\[{{]\s?{_SEAM_WORD}\s?[)\]}}]\s?)"
_ANY_HOST: Final = (
    rf"[a-z0-9-]{{2,40}}(?:{_PAUSE}{_SEAM_WORD}{_PAUSE}[a-z0-9-]{{2,40}}){{0,2}}{_DOT}(?:com|net|org|edu)"
)
_SPELLED_HOST: Final = rf"{_AT}(?:{_HOSTS}{_DOT}{_TLD}|{_ANY_HOST})(?!\w)"
_SPELLED: Final = re.compile(
    rf"(?<![\w@])[\w+%-]{{1,40}}(?:{_SEAM}[\w+%-]{{1,40}}){{0,4}}"
    rf"(?:{_SPELLED_HOST}|\s?@\s?{PROVIDERS}(?!\w))"
)
# Said aloud after a word for mail, the left part may be several words: "my email is sunny side sue at ...".
_TOLD: Final = re.compile(
    r"\b(?:e-?mail|mail|correo|gmail)(?: address| electronico)?(?:\s?[:=]| is:?| es:?|'s)\s{1,2}"
    rf"((?:[\w+%'-]{{1,24}}[\s,]{{1,2}}){{0,7}}[\w+%'-]{{1,24}}{_SPELLED_HOST})"
)
# An address told aloud, and words that lead to one: others before it may be part of it ("tonys dog walking at ...").
SAID: Final = re.compile(rf"{_PAUSE}{_AT_WORD}{_PAUSE}|[(\[{{]\s?{_AT_WORD}")
LEADING: Final = frozenset(
    "a an the my mine your his her our their is its it's it es are was be at to 2 me us you i im we he she they "
    "use try call text reach contact send sent write put add cc email emails e-mail mail mails correo address "
    "account login user username name zelle paypal venmo cashapp for or o y by via thru through on in with of de "
    "this that new old current best better now below under here all small lower lowercase case caps one word "
    "spelled just please pls plz yes si no not ok thanks thx so then still only also but if can could will would "
    "goes go get got have has mi su al escribame mande".split()
)
# Behind part of an address that is told without its end: "dana77 at gmail", "dana guion bajo 77 arroba hotmail".
# Some houses of mail are firms as well: at those somebody may work.
_ENDING: Final = rf"{_PAUSE}(?:{_DOT_WORD}\s)?(?:com|net)"
HOST_BEHIND: Final = re.compile(
    rf"(?:{_SEAM}[\w+%-]{{1,40}}){{0,3}}(?:"
    rf"(?:{_PAUSE}{_ARROBA}{_PAUSE}{PROVIDERS}|{_PAUSE}{_AT_ENGLISH}{_PAUSE}(?:gmail|hotmail|icloud)"
    rf"|(?<=\d){_PAUSE}{_AT_ENGLISH}{_PAUSE}{PROVIDERS})(?:{_ENDING})?|{_PAUSE}{PROVIDERS}{_ENDING})(?!\w)"
)
_HANDLE_BEHIND: Final = re.compile(r"\s@[a-z0-9]")
_ENDS_AS_HOSTS_DO: Final = re.compile(rf"\.\s?(?:{_TLD}|example)\Z")
# What is done at a page: "ordered it at example.com". An address told aloud has its dot told as well, or digits before.
_AT_A_SITE: Final = re.compile(
    r"(?:it|its|is|was|me|us|you|page|site|info|look\w*|order\w*|book\w*|pa(?:id|y)|bought|buy|found|find|saw|see|check\w*|"
    r"shop\w*|sign\w*|apply|applied|pedi|compre|reserve) at [a-z0-9-]+\.[a-z]+\Z"
)
_SPELLED_SIGN: Final = re.compile(r"@|\bat\b|\ba ?roba\b|arroba")


def find_emails(text: str) -> Iterator[Found]:
    """Addresses with a sign and a dot, and those told as one tells them aloud."""
    if "@" in text:
        for match in _TYPED.finditer(text):
            if _HANDLE_BEHIND.search(match[0]) and not _ENDS_AS_HOSTS_DO.search(match[0]):
                continue  # a handle with dots, after some word: "ig is @rosa.nails"
            yield Found(match.start(), _tail(text, match), Label.EMAIL, "an e-mail address")
    if _SPELLED_SIGN.search(text):
        for match in _SPELLED.finditer(text):
            if _AT_A_SITE.match(match[0]) or text.startswith("/", match.end()):
                continue
            yield Found(match.start(), match.end(), Label.EMAIL, "an e-mail address, spelled out")
        for match in _TOLD.finditer(text):
            yield Found(match.start(1), match.end(1), Label.EMAIL, "an e-mail address, said aloud")


def _tail(text: str, match: re.Match[str]) -> int:
    """End after the host; a dot that ends the sentence and the next sentence's first word stay outside."""
    if " ." not in match[0] and ". " not in match[0]:
        return match.end()
    tight = _TIGHT_TAIL.search(text, match.start(), match.end())
    return tight.end() if tight else match.end()
