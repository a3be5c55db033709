"""`nightdesk redact`: a line in, a line out; a bad line gets an error and the rest goes on."""

import io
import json
from typing import Any

import pytest

from appliance.redaction.lines import redact_lines
from appliance.redaction.redactor import MAX_CHARACTERS, Redactor


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    return Redactor.load()


def run(redactor: Redactor, *lines: str) -> tuple[int, list[dict[str, Any]]]:
    out = io.StringIO()
    refused = redact_lines(lines, out, redactor=redactor)
    return refused, [json.loads(line) for line in out.getvalue().splitlines()]


def test_each_line_is_answered_with_its_id_its_words_and_its_spans(redactor: Redactor) -> None:
    refused, (answer,) = run(redactor, json.dumps({"id": "a7", "text": "my name is dana reyes, call 512-555-0142"}))

    assert refused == 0
    assert answer["id"] == "a7"
    assert answer["redacted"] == "my name is [NAME_1], call [PHONE_1]"
    assert answer["spans"] == [
        {"start": 11, "end": 21, "label": "NAME"},
        {"start": 28, "end": 40, "label": "PHONE"},
    ]


def test_a_word_that_trips_the_placeholders_up_is_refused_and_the_next_line_answered(
    redactor: Redactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(words: str, _: object) -> str:
        raise ValueError(words)

    monkeypatch.setattr("appliance.redaction.placeholders.tell", broken)
    refused, answers = run(
        redactor, json.dumps({"id": 1, "text": "dob 3/14/1987"}), json.dumps({"id": 2, "text": "hi"})
    )

    assert refused == 1
    assert answers[0] == {"id": 1, "error": "redaction", "line": 1}
    assert answers[1]["redacted"] == "hi"


def test_a_file_that_begins_with_a_byte_order_mark_loses_no_text(redactor: Redactor) -> None:
    refused, _ = run(redactor, "\ufeff" + json.dumps({"id": 1, "text": "hi"}))

    assert refused == 0


@pytest.mark.parametrize(
    "line",
    ["not json", "[]", "{}", "[" * 3000, '{"id": 1, "text": 7}', json.dumps({"text": "a" * (MAX_CHARACTERS + 1)})],
)
def test_a_bad_line_is_refused_and_the_next_one_answered(redactor: Redactor, line: str) -> None:
    refused, answers = run(redactor, line, json.dumps({"id": 2, "text": "hi"}))

    assert refused == 1
    assert "error" in answers[0]
    assert answers[1] == {"id": 2, "redacted": "hi", "spans": []}


def test_nothing_is_carried_from_line_to_line(redactor: Redactor) -> None:
    line = json.dumps({"id": 1, "text": "my name is marisol vega"})

    _, answers = run(redactor, line, "", line)

    assert [answer["redacted"] for answer in answers] == ["my name is [NAME_1]"] * 2


def test_half_a_surrogate_pair_comes_through(redactor: Redactor) -> None:
    _, (answer,) = run(redactor, '{"id": 1, "text": "hi \\ud800"}')

    assert answer["redacted"] == "hi \ud800"
