"""A body in the clear: its words stay out of every repr, log line and traceback."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Plaintext:
    """What somebody wrote, opened. Ask for `.text` only where it is shown or processed."""

    text: str = field(repr=False)

    def __str__(self) -> str:
        return f"Plaintext({len(self.text)} characters)"
