"""What the system refuses a command is told with a code; a mistake in the program stays one."""

import errno
from pathlib import Path
from unittest import mock

import pytest
from click.testing import CliRunner

from ui.cli import nightdesk
from ui.refused import refusal_of


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.EROFS, "disk-read-only"),
        (errno.ENOSPC, "disk-full"),
        (errno.EACCES, "not-permitted"),
        (errno.EIO, "disk-error"),
        (errno.EMFILE, "descriptors-short"),
        (errno.ENFILE, "descriptors-short"),
        (errno.ENOMEM, "memory-short"),
    ],
)
def test_a_command_that_the_system_refuses_says_why(tmp_path: Path, number: int, code: str) -> None:
    failing = mock.Mock(side_effect=OSError(number, "no", str(tmp_path / "a file")))
    with mock.patch("appliance.intake.lines.sort_lines", failing):
        told = CliRunner().invoke(nightdesk, ["sort"])

    assert told.exit_code == 1
    assert f"nightdesk: {code}: " in told.stderr
    assert "a file" in told.stderr
    assert "what to do: " in told.stderr


def test_an_error_of_another_kind_is_none_of_the_systems() -> None:
    assert refusal_of(OSError(errno.EBADF, "a mistake")) is None
    assert refusal_of(OSError("nothing more")) is None
