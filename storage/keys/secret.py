"""Secret bytes: out of every repr, log line, traceback and pickle; compared in constant time; wiped when done."""

import hmac
from typing import NoReturn

from storage.errors import LockedError


class SecretBytes:
    """Bytes that do not show themselves. Ask for `.reveal()` only where a cipher takes them."""

    __slots__ = ("_bytes", "_wiped")

    def __init__(self, secret: bytes | bytearray) -> None:
        # A bytearray, because it can be overwritten in place.
        self._bytes = bytearray(secret)
        self._wiped = False

    def reveal(self) -> bytes:
        """A copy of the bytes. Raises LockedError after `wipe`: zeros must never pass for a key."""
        if self._wiped:
            raise LockedError("this key was wiped when the desk was locked", remedy="unlock the desk")
        return bytes(self._bytes)

    def wipe(self) -> None:
        """Overwrite what is held here. Copies that `reveal` gave out are the interpreter's to free."""
        self._bytes[:] = bytes(len(self._bytes))
        self._wiped = True

    def __len__(self) -> int:
        return len(self._bytes)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SecretBytes):
            return NotImplemented
        return hmac.compare_digest(self.reveal(), other.reveal())

    # A hash would put a function of the secret into every set and dict that holds it.
    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"SecretBytes({len(self._bytes)} bytes)"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("secret bytes are neither pickled nor copied")
