"""The inbox's short line of a text: cut where it is long, never within a placeholder."""

import pytest

from appliance.answering.case import _PREVIEW, _cut

LONG = "x" * (_PREVIEW - 5)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("are you\n open?", "are you open?"),
        ("x" * _PREVIEW, "x" * _PREVIEW),
        ("x" * (_PREVIEW + 1), "x" * (_PREVIEW - 1) + "…"),
        (f"{LONG} [NAME_1]", f"{LONG}…"),
        (f"[NAME_1] {LONG}", f"[NAME_1] {LONG}"[: _PREVIEW - 1] + "…"),
    ],
)
def test_a_long_text_is_cut(words: str, line: str) -> None:
    assert _cut(words) == line
