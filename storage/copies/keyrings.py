"""The keyring at a place, sealed to the recovery sheets: put there anew each time it changed, or was damaged there."""

import hashlib

from storage.copies.manifest import Piece
from storage.copies.shelf import KEYS, Shelf, piece_of
from storage.errors import DamagedError
from storage.keys.copies_seal import keyring_for_the_sheet
from storage.vault import Vault

_MARKED = 16


def keep_keyring(vault: Vault, shelf: Shelf, now: int) -> Piece:
    """The keyring of today at the place, read back there. Raises NoSheetError where no sheet could ever open it.

    What the sheet alone opens cannot be opened for the check, so the name carries a digest of the sealed bytes; and a
    keyed mark, which tells this desk whether the keyring is that of today.
    """
    raw = (vault.folder / vault.keys.copy).read_bytes()
    mark = shelf.seal.mark(raw)[:_MARKED]
    names = tuple(one.name for one in shelf.place.names(shelf.path(KEYS)))
    if names and names[-1].split("-")[2:3] == [mark]:
        piece = _read(shelf, names[-1])
        if _is_whole(piece):
            return piece
    sealed = keyring_for_the_sheet(vault.keys, raw)
    name = f"{shelf.next_name(now, names)}-{mark}-{hashlib.sha256(sealed).hexdigest()[:_MARKED]}.keys"
    shelf.place.write(shelf.path(KEYS, name), sealed)
    piece = _read(shelf, name)
    if not _is_whole(piece):
        raise DamagedError(f"{shelf.place.title} did not keep the keyring as it was given")
    return piece


def _read(shelf: Shelf, name: str) -> Piece:
    return piece_of(shelf.place.read(shelf.path(KEYS, name)), name=name)


def _is_whole(piece: Piece) -> bool:
    return piece.name.endswith(f"-{piece.digest[:_MARKED]}.keys")
