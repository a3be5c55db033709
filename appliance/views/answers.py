"""Approved answers as the owner reads and edits them."""

from dataclasses import dataclass
from enum import StrEnum


class AnswerState(StrEnum):
    """Only an approved answer is ever sent unattended; editing makes a new version that waits."""

    APPROVED = "approved"
    WAITING = "waiting"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One line of the list."""

    answer_id: str
    title: str
    languages: tuple[str, ...]
    state: AnswerState
    unattended: bool
    approved_by: str = ""
    approved_at: int | None = None
    line: str = ""


@dataclass(frozen=True, slots=True)
class SlotHelp:
    """A slot the owner may write as `{name}`: what it means, and what it would say now."""

    name: str
    meaning: str
    example: str


@dataclass(frozen=True, slots=True)
class AnswerText:
    """The text in one language. `preview` is it with the slots filled in; `problems` say why it cannot be approved."""

    language: str
    text: str
    preview: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """One answer to edit. A blank one has no id and version 0. `intents` are the choices, code and words."""

    answer_id: str | None
    version: int
    title: str
    intent: str
    texts: tuple[AnswerText, ...]
    slots: tuple[SlotHelp, ...]
    intents: tuple[tuple[str, str], ...]
    state: AnswerState
    unattended: bool
    approved_by: str = ""
    approved_at: int | None = None
