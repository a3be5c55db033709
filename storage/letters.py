"""A letter: one request of the carrier as the door took it, and its bytes. Sealing it is the spool's work."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain
from typing import Any

from storage.errors import DamagedError

VERSION = 1
_BETWEEN = "\0"


class LetterKind(StrEnum):
    """Which hook the carrier called."""

    SMS = "sms"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Letter:
    """What the carrier sent, decoded once. `checked` says whether the door has verified the signature already."""

    kind: LetterKind
    received: int
    url: str
    fields: tuple[tuple[str, str], ...] = field(repr=False)
    signature: str = field(repr=False)
    checked: bool

    @property
    def struck(self) -> bool:
        """Whether its words were taken out, because the person was erased."""
        return not self.fields

    def without_words(self) -> "Letter":
        """The same place in the spool, with nothing in it."""
        return replace(self, url="", fields=(), signature="")

    def value(self, name: str) -> str | None:
        """The field of that name, or None. Names do not repeat: the door refuses such forms."""
        return next((value for key, value in self.fields if key == name), None)


def encode_letters(letters: Sequence[Letter]) -> bytes:
    """One batch as bytes, for sealing: a JSON line about the letters, then all names and values between NULs.

    No field holds a NUL, since the door refuses such forms; and joining them costs a fifth of quoting them.
    """
    heads = [[one.kind, one.received, one.url, one.signature, one.checked, len(one.fields)] for one in letters]
    words = list(chain.from_iterable(chain.from_iterable(one.fields for one in letters)))
    body = _BETWEEN.join(words)
    if words and body.count(_BETWEEN) != len(words) - 1:
        raise ValueError("a field of a letter holds a NUL")
    return f"{json.dumps([VERSION, heads], separators=(',', ':'))}\n{body}".encode()


def decode_letters(data: bytes) -> tuple[Letter, ...]:
    """The letters of one batch. Raises DamagedError where the bytes are not what `encode_letters` makes."""
    try:
        about, _, body = data.decode().partition("\n")
        version, heads = json.loads(about)
        if version != VERSION:
            raise DamagedError(f"a batch of letters has version {version}, which this release does not know")
        words = iter(body.split(_BETWEEN)) if body or any(head[-1] for head in heads) else iter(())
        letters = tuple(_letter(head, words) for head in heads)
    except (ValueError, TypeError, StopIteration, RuntimeError):
        raise DamagedError("a batch of letters does not have the form it was written in") from None
    if next(words, None) is not None:
        raise DamagedError("a batch of letters holds more fields than it says")
    return letters


def _letter(head: list[Any], words: Iterator[str]) -> Letter:
    kind, received, url, signature, checked, fields = head
    pairs = tuple((next(words), next(words)) for _ in range(fields))
    return Letter(LetterKind(kind), received, url, pairs, signature, checked)
