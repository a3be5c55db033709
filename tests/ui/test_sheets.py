"""The recovery sheet on its way to paper."""

from pathlib import Path

import click
import pytest

from ui.commands.options import UsageError, must_be_new
from ui.commands.sheets import groups_come_back, write_sheet

GROUPS = tuple(f"{letter}{letter}{letter}{letter}0" for letter in "ABCDEFGHJKMNPQ")


def answering(monkeypatch: pytest.MonkeyPatch, *typed: str | None) -> None:
    """Type these one after the other; None is the group that is asked for, with O for 0."""
    answers = iter(typed)

    def prompt(question: str, **_: object) -> str:
        answer = next(answers)
        return GROUPS[int(question.split()[1]) - 1].lower().replace("0", "o") if answer is None else answer

    monkeypatch.setattr(click, "prompt", prompt)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ((None, None), True),
        (("wrong", None, "wrong", "wrong", None), True),
        (("wrong", "wrong", "wrong"), False),
        ((None, " "), False),
        (("",), False),
    ],
)
def test_two_groups_are_asked_with_three_tries_each_and_enter_passes(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    typed: tuple[str | None, ...],
    read: bool,  # noqa: FBT001
) -> None:
    answering(monkeypatch, *typed)

    assert groups_come_back(GROUPS) is read
    assert ("the sheet can be read" in capsys.readouterr().err) is read


def test_a_sheet_is_written_for_its_owner_alone_and_over_nothing(tmp_path: Path) -> None:
    for name, content in (("sheet.txt", "text"), ("sheet.HTML", "page")):
        write_sheet(tmp_path / name, text="text", page="page")

        assert (tmp_path / name).read_text() == content
        assert (tmp_path / name).stat().st_mode & 0o077 == 0
        with pytest.raises(UsageError):
            must_be_new(tmp_path / name)
        with pytest.raises(FileExistsError):
            write_sheet(tmp_path / name, text="other", page="other")
    must_be_new(None)
    must_be_new(tmp_path / "new.txt")
