"""Times as people at the desk say them, by themselves and within a sentence."""

from datetime import UTC, datetime

import pytest

from ui.admin.words import dated, inside, pieces, spaced, when

NOW = datetime(2026, 11, 21, 3, 41, tzinfo=UTC)  # a Friday, 9:41 in the evening there
ZONE = "America/Chicago"


@pytest.mark.parametrize(
    ("year", "month", "day", "hour", "alone", "within"),
    [
        (2026, 11, 21, 3, "Tonight 9:00 pm", "tonight 9:00 pm"),
        (2026, 11, 20, 15, "This morning 9:00 am", "this morning 9:00 am"),
        (2026, 11, 20, 3, "Last night 9:00 pm", "last night 9:00 pm"),
        (2026, 11, 19, 20, "Yesterday 2:00 pm", "yesterday 2:00 pm"),
        (2026, 11, 17, 20, "Tuesday 2:00 pm", "on Tuesday 2:00 pm"),
        (2026, 11, 3, 20, "Nov 3, 2:00 pm", "on Nov 3, 2:00 pm"),
        (2025, 10, 17, 20, "Oct 17, 2025, 3:00 pm", "on Oct 17, 2025, 3:00 pm"),
        (2027, 1, 17, 20, "Jan 17, 2027, 2:00 pm", "on Jan 17, 2027, 2:00 pm"),
    ],
)
def test_a_moment_reads_as_it_is_said(year: int, month: int, day: int, hour: int, alone: str, within: str) -> None:
    at = int(datetime(year, month, day, hour, tzinfo=UTC).timestamp() * 1000)

    said = when(at, int(NOW.timestamp() * 1000), ZONE).replace("\N{NO-BREAK SPACE}", " ")

    assert said == alone
    assert ("on " if dated(said) else "") + inside(said) == within


@pytest.mark.parametrize(
    ("number", "spoken"),
    [("+15125550123", "+1 512-555-0123"), ("+442079460123", "+442079460123"), ("12345", "12345")],
)
def test_a_number_of_here_is_written_as_people_write_it(number: str, spoken: str) -> None:
    assert spaced(number).replace("\N{NO-BREAK SPACE}", " ") == spoken


def test_every_placeholder_is_set_apart_from_the_words() -> None:
    text = "dob [DATE_1: 39 years ago], id [ID_1] [PHI redacted] and [a note]"

    assert [piece for hidden, piece in pieces(text) if hidden] == ["[DATE_1: 39 years ago]", "[ID_1]", "[PHI redacted]"]
    assert "".join(piece for _, piece in pieces(text)) == text
