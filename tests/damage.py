"""What a bad disk does to a file."""

from pathlib import Path


def flip(path: Path, place: float = 0.5) -> None:
    """One bit is another, at so much of the file's length: in the middle unless told."""
    raw = bytearray(path.read_bytes())
    raw[int(len(raw) * place)] ^= 1
    path.write_bytes(raw)
