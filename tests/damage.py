"""What a bad disk does to a file, and a tired hand to what it types."""

from pathlib import Path


def flip(path: Path, place: float = 0.5) -> None:
    """One bit is another, at so much of the file's length: in the middle unless told."""
    raw = bytearray(path.read_bytes())
    raw[int(len(raw) * place)] ^= 1
    path.write_bytes(raw)


def mistyped(typed: str) -> str:
    """Its last letter is another, whatever it was; both that it may become are letters of every alphabet we print."""
    return typed[:-1] + ("Q" if typed[-1] != "Q" else "P")
