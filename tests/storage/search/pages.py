"""The pages of a SQLCipher file as they are inside the encryption, free ones and those of the log too."""

from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_PAGE, _RESERVED, _IV, _SALT = 4096, 80, 16, 16
_LOG_HEAD, _FRAME_HEAD = 32, 24


def opened_pages(path: Path, key: bytes) -> bytes:
    """Every page of the file and of its log, opened, one after the other."""
    log = path.with_name(path.name + "-wal")
    pages = _cut(path.read_bytes(), 0, 0)
    if log.exists():
        pages += _cut(log.read_bytes(), _LOG_HEAD, _FRAME_HEAD)
    return b"\n".join(_opened(page, key, offset) for page, offset in pages)


def _cut(data: bytes, begin: int, head: int) -> list[tuple[bytes, int]]:
    """Pages, each with where its encrypted part begins: the first of a file begins with the salt."""
    step = _PAGE + head
    starts = range(begin, len(data) - step + 1, step)
    return [(data[at + head : at + step], _SALT if head == 0 and at == 0 else 0) for at in starts]


def _opened(page: bytes, key: bytes, offset: int) -> bytes:
    end = _PAGE - _RESERVED
    cipher = Cipher(algorithms.AES(key), modes.CBC(page[end : end + _IV])).decryptor()
    return cipher.update(page[offset:end]) + cipher.finalize()
