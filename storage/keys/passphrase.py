"""What a passphrase must be (in the spirit of ASVS 6.2): long, any character, and not one that everybody tries."""

import unicodedata
from itertools import pairwise

from storage.errors import PassphraseError
from storage.keys.guessed import GUESSED
from storage.keys.secret import SecretBytes

SHORTEST = 15
LONGEST = 128

_LONGEST_UNIT = 4  # abcdabcdabcdabcd has the strength of abcd


def check_passphrase(passphrase: SecretBytes) -> SecretBytes:
    """The passphrase in its one normal form. Raises PassphraseError, which says what is wrong and never quotes it."""
    text = _text(passphrase)
    if len(text) < SHORTEST:
        raise _refused(f"the passphrase has {len(text)} characters", f"use {SHORTEST} or more; five words do well")
    if len(text) > LONGEST:
        raise _refused(f"the passphrase has {len(text)} characters", f"use at most {LONGEST}")
    bare = "".join(character for character in text.casefold() if character.isalnum())
    if bare in GUESSED or bare.rstrip("0123456789") in GUESSED:
        raise _refused("the passphrase is one that everybody tries", "use words of your own")
    # Marks between the letters of a pattern leave it a pattern; where most are marks, they are the passphrase.
    judged = (text, bare) if 2 * len(bare) >= len(text) else (text,)
    if any(_is_repeated(spelled) or _is_sequence(spelled) for spelled in judged):
        raise _refused("the passphrase is a pattern", "use words of your own")
    return SecretBytes(text.encode("utf-8"))


def normal_form(passphrase: SecretBytes) -> SecretBytes:
    """What is run through the key derivation, whichever keyboard or system typed it. Raises PassphraseError."""
    return SecretBytes(_text(passphrase).encode("utf-8"))


def _text(passphrase: SecretBytes) -> str:
    try:
        # One letter has several spellings in Unicode, and systems differ in which they type.
        return unicodedata.normalize("NFC", passphrase.reveal().decode("utf-8"))
    except UnicodeDecodeError:
        raise _refused("the passphrase is not UTF-8 text", "save the file as UTF-8") from None


def _is_repeated(text: str) -> bool:
    return any(text == (text[:unit] * len(text))[: len(text)] for unit in range(1, _LONGEST_UNIT + 1))


def _is_sequence(text: str) -> bool:
    if text.isdecimal():
        return len({(ord(after) - ord(before)) % 10 for before, after in pairwise(text)}) == 1
    return len({ord(after) - ord(before) for before, after in pairwise(text)} - {25, -25}) <= 1


def _refused(sentence: str, remedy: str) -> PassphraseError:
    return PassphraseError(sentence, remedy=remedy)
