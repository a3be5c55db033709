"""The recovery sheet: an age identity as groups of characters that a person can type back.

Fourteen groups of five from an alphabet without I, L, O and U. Thirteen carry a form number (4 bits) and the identity
(256 bits); the last carries 20 bits of its SHA-256. The fifth character of each group checks the four before it and
the group's place: one wrong character, two exchanged ones and exchanged groups are found, and the group is named.
"""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from storage.errors import RecoveryCodeError
from storage.keys import agekeys, bech32
from storage.keys.secret import SecretBytes

GROUPS = 14
GROUP_CHARACTERS = 5
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011")
_FORM = 1
_IDENTITY_BITS = 256
_SUM_BITS = 20
_SUM_PREFIX = b"nightdesk recovery sheet 1"
_BETWEEN = re.compile(r"[\s\-.,·]+")
_AGE_KEY = re.compile(r"\bAGE-SECRET-KEY-1[0-9A-Z]+", re.IGNORECASE)
_GROUPS_A_ROW = 4


@dataclass(frozen=True, slots=True)
class RecoverySheet:
    """What is printed once, at setup. This machine keeps the public half only."""

    desk: str
    slot_id: str
    created: int
    identity: SecretBytes = field(repr=False)

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups in their order, so that setup can ask for two of them back."""
        return _groups(self.identity.reveal())

    def text(self) -> str:
        """The sheet as it is printed or written to a file."""
        rows = [self.groups[start : start + _GROUPS_A_ROW] for start in range(0, GROUPS, _GROUPS_A_ROW)]
        made = datetime.fromtimestamp(self.created / 1000, UTC).date().isoformat()
        lines = [
            "NIGHTDESK RECOVERY SHEET",
            f"desk {self.desk} - sheet {self.slot_id[:8]} - made {made}",
            "",
            "Whoever holds this sheet and a copy of the desk's files can read everything. Keep it on paper,",
            "locked away, and away from the computer. Without it and without the passphrase nobody can help.",
            "",
            *("    " + "   ".join(row) for row in rows),
            "",
            "The same key for the public age tool:",
            f"    {agekeys.spelled(self.identity)}",
            "",
        ]
        return "\n".join(lines)


def is_sheet(text: str) -> bool:
    """Whether this is meant as a recovery sheet, typed right or wrong, and not as a passphrase."""
    pieces = [piece for piece in _BETWEEN.split(text.strip()) if piece]
    in_groups = len(pieces) == GROUPS and all(len(piece) == GROUP_CHARACTERS for piece in pieces)
    return bool(_AGE_KEY.search(text)) or in_groups or len("".join(pieces)) == GROUPS * GROUP_CHARACTERS


def read_sheet(text: str) -> SecretBytes:
    """The identity from typed groups, from the age spelling, or from the sheet's whole text.

    Raises RecoveryCodeError, which names the wrong group by its number and quotes nothing.
    """
    spelled = _AGE_KEY.search(text)
    if spelled:
        return _from_age(spelled.group())
    groups = _split(text)
    symbols = [symbol for place, group in enumerate(groups) for symbol in _data(group, place)]
    number = 0
    for symbol in symbols[: -GROUP_CHARACTERS + 1]:
        number = number << 5 | symbol
    identity = (number & (1 << _IDENTITY_BITS) - 1).to_bytes(agekeys.IDENTITY_BYTES, "big")
    if number >> _IDENTITY_BITS != _FORM:
        raise RecoveryCodeError("this recovery sheet is of a form that this release does not know")
    if symbols[-GROUP_CHARACTERS + 1 :] != _sum(identity):
        raise RecoveryCodeError("the groups are each whole but do not belong together", remedy="use one sheet only")
    return SecretBytes(identity)


def _from_age(spelled: str) -> SecretBytes:
    try:
        identity = bech32.decode(agekeys.IDENTITY_PREFIX, spelled.upper())
    except bech32.Bech32Error:
        identity = b""
    if len(identity) != agekeys.IDENTITY_BYTES:
        raise RecoveryCodeError("the key of the recovery sheet has a wrong character", remedy="type it again")
    return SecretBytes(identity)


def _split(text: str) -> list[str]:
    pieces = [piece for piece in _BETWEEN.split(text.upper().translate(_MISREAD)) if piece]
    if len(pieces) != GROUPS:
        # Typed in one go, or with gaps in other places: count off fives.
        joined = "".join(pieces)
        pieces = [joined[start : start + GROUP_CHARACTERS] for start in range(0, len(joined), GROUP_CHARACTERS)]
    if len(pieces) != GROUPS:
        raise RecoveryCodeError(f"a recovery sheet has {GROUPS} groups of {GROUP_CHARACTERS} characters")
    return pieces


def _data(group: str, place: int) -> list[int]:
    symbols = [_ALPHABET.find(character) for character in group]
    if len(symbols) != GROUP_CHARACTERS or min(symbols) < 0 or _check(symbols[:-1], place) != symbols[-1]:
        raise RecoveryCodeError(f"group {place + 1} of the recovery sheet has a wrong character", remedy="look again")
    return symbols[:-1]


def _groups(identity: bytes) -> tuple[str, ...]:
    number = _FORM << _IDENTITY_BITS | int.from_bytes(identity, "big")
    count = (GROUPS - 1) * (GROUP_CHARACTERS - 1)
    symbols = [number >> 5 * (count - 1 - place) & 31 for place in range(count)] + _sum(identity)
    fours = [symbols[start : start + GROUP_CHARACTERS - 1] for start in range(0, len(symbols), GROUP_CHARACTERS - 1)]
    return tuple(
        "".join(_ALPHABET[symbol] for symbol in [*four, _check(four, place)]) for place, four in enumerate(fours)
    )


def _sum(identity: bytes) -> list[int]:
    head = int.from_bytes(hashlib.sha256(_SUM_PREFIX + identity).digest()[:4], "big") >> 32 - _SUM_BITS
    return [head >> shift & 31 for shift in (15, 10, 5, 0)]


def _check(symbols: list[int], place: int) -> int:
    # Each symbol, and the place, has another power of x in GF(32) as its weight; the check itself has weight 1.
    # So no single change, and no exchange of two symbols, leaves the check as it was.
    check = 0
    for symbol in [place, *symbols]:
        check = _times_x(check ^ symbol)
    return check


def _times_x(symbol: int) -> int:
    doubled = symbol << 1
    return doubled ^ 0b100101 if doubled & 0b100000 else doubled
