"""Finding people by a number as somebody wrote it down."""

import re
from typing import Final

from appliance.errors import ApplianceError
from storage.people import NumberIndex, Person
from storage.vault import Transaction, Vault

_AMERICAN_DIGITS: Final = 10
_SHORTEST, _LONGEST = 5, 15
_LETTER: Final = re.compile(r"[^\W\d_]")


class UnknownPersonError(ApplianceError):
    """Nobody here has that number."""

    code = "unknown-person"


def reads_as_number(text: str) -> bool:
    """Whether that could be a telephone number at all."""
    digits = len(re.findall("[0-9]", text))
    return _SHORTEST <= digits <= _LONGEST and not _LETTER.search(text)


def indexes_of(number: str, vault: Vault) -> tuple[NumberIndex, ...]:
    """Under which marks that number may be kept, however it is written here."""
    digits = "".join(re.findall("[0-9]", number))
    spelled = [number.strip(), f"+{digits}", digits]
    if len(digits) == _AMERICAN_DIGITS:
        spelled.append(f"+1{digits}")
    return tuple(vault.number_index(one) for one in dict.fromkeys(spelled))


def people_with(tx: Transaction, vault: Vault, number: str) -> list[Person]:
    """Everybody here with that number, the newest first. Raises UnknownPersonError."""
    for index in indexes_of(number, vault):
        if found := tx.people.with_number(index):
            return found
    raise unknown_person()


def unknown_person() -> UnknownPersonError:
    """What to say of a number that nobody here has: whoever was deleted is not told apart from who never wrote."""
    return UnknownPersonError(
        "nobody here has that number", remedy="give the number with its country code: +15125550123"
    )
