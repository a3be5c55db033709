"""What lies in a SQLCipher file, read page by page with its key: pages in use, free pages, its log."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

PAGE: Final = 4096
_SALT: Final = 16
_IV: Final = 16
_TAIL: Final = 80  # the vector and an HMAC-SHA-512
_LOG_HEADER: Final = 32
_FRAME_HEADER: Final = 24
_PIECE: Final = 48


def holds(path: Path, key: bytes, value: bytes) -> bool:
    """Whether a page of the file, or of its log, holds a piece of `value` (a long one lies in several pages)."""
    pieces = [value[at : at + _PIECE] for at in range(0, len(value) - _PIECE + 1, _PIECE)] or [value]
    return any(piece in page for page in pages_of(path, key) for piece in pieces)


def pages_of(path: Path, key: bytes) -> Iterator[bytes]:
    """Every page, opened."""
    data = path.read_bytes()
    assert data
    assert len(data) % PAGE == 0
    for at in range(0, len(data), PAGE):
        yield _opened(data[at : at + PAGE], key, first=at == 0)
    log = Path(f"{path}-wal")
    frames = log.read_bytes()[_LOG_HEADER:] if log.exists() else b""
    # Whoever is killed while writing leaves less than a frame at the end.
    for at in range(0, len(frames) - _FRAME_HEADER - PAGE + 1, _FRAME_HEADER + PAGE):
        number = int.from_bytes(frames[at : at + 4], "big")
        yield _opened(frames[at + _FRAME_HEADER : at + _FRAME_HEADER + PAGE], key, first=number == 1)


def _opened(page: bytes, key: bytes, *, first: bool) -> bytes:
    vector = page[PAGE - _TAIL : PAGE - _TAIL + _IV]
    sealed = page[_SALT if first else 0 : PAGE - _TAIL]
    opening = Cipher(AES(key), CBC(vector)).decryptor()
    return opening.update(sealed) + opening.finalize()
