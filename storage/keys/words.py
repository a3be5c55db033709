"""What somebody types to unlock: a passphrase, or the recovery sheet. One field takes either."""

from storage.errors import WrongKeyError
from storage.keys.secret import SecretBytes
from storage.keys.sheet import is_sheet, read_sheet
from storage.keys.slots import Slot, identity_by_passphrase, slot_of


def identity_by_words(slots: tuple[Slot, ...], words: SecretBytes) -> SecretBytes:
    """The identity of the slot that these words open. Raises WrongKeyError, RecoveryCodeError."""
    text = words.reveal().decode("utf-8", "replace")
    if not is_sheet(text):
        return identity_by_passphrase(slots, words)
    try:
        return _of_sheet(slots, text)
    except WrongKeyError as wrong_sheet:
        # A passphrase may happen to be as long as a sheet; else what is wrong with the sheet is the better answer.
        try:
            return identity_by_passphrase(slots, words)
        except WrongKeyError:
            raise wrong_sheet from None


def _of_sheet(slots: tuple[Slot, ...], text: str) -> SecretBytes:
    identity = read_sheet(text)
    slot_of(slots, identity)
    return identity
