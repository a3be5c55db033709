"""The starting answers of a new desk, from the files in start/: the common ones, and those of its kind."""

import tomllib
from pathlib import Path
from typing import Any, Final

from appliance.settings.values import DeskKind
from storage.answers import Answer, AnswerId, Topic

_HERE: Final = Path(__file__).parent / "start"
LANGUAGES: Final = ("en", "es")


def starting_answers(kind: DeskKind) -> tuple[Answer, ...]:
    """The answers to begin with, not yet approved by anybody. One of the kind's own replaces a common one."""
    found = {answer.id: answer for name in ("common", kind.value) for answer in _read(_HERE / f"{name}.toml")}
    return tuple(found.values())


def _read(path: Path) -> list[Answer]:
    return [_answer(entry) for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("answer", [])]


def _answer(entry: dict[str, Any]) -> Answer:
    return Answer(
        id=AnswerId(entry["id"]),
        title=entry["title"],
        intent=Topic(entry["for"]),
        texts=tuple((language, entry[language]) for language in LANGUAGES),
        unattended=entry["unattended"],
    )
