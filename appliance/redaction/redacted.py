"""Words that may leave the building. Only this package can make one; a prompt takes nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final


class _Maker:
    """Held by this package alone. Handing in anything else is refused, so that no caller can wrap raw words."""

    __slots__ = ()


MAKER: Final = _Maker()


@dataclass(frozen=True, slots=True)
class RedactedText:
    """A text in which every identifier that was found is a placeholder. Made by `placeholders.redact` and `join`."""

    text: str = field(repr=False)
    maker: _Maker = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.maker is not MAKER:
            raise TypeError("RedactedText is made by redaction alone")

    def __str__(self) -> str:
        return f"RedactedText(<{len(self.text)} characters>)"


def join(parts: Iterable[RedactedText], *, separator: str = "\n") -> RedactedText:
    """Several redacted texts as one. The separator may be white space and punctuation only."""
    if any(character.isalnum() for character in separator):
        raise ValueError("a separator holds no words")
    return RedactedText(separator.join(part.text for part in parts), MAKER)
