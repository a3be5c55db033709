"""`nightdesk redact`: JSON lines in, JSON lines out. A bad line gets an error line; the rest goes on."""

import json
import time
from collections.abc import Iterable
from datetime import UTC
from typing import Any, TextIO

from appliance.redaction.errors import RedactionError
from appliance.redaction.placeholders import PlaceholderMap, redact
from appliance.redaction.redactor import Redactor
from appliance.redaction.values import DIRECT, Label

ALL_LABELS = DIRECT | {Label.HEALTH}


def redact_lines(source: Iterable[str], out: TextIO, *, redactor: Redactor) -> int:
    """Write one line for each line read; give the number of lines that were refused."""
    refused = 0
    for number, line in enumerate(source, start=1):
        if not line.strip():
            continue
        answer = _answer(line, number, redactor)
        refused += "error" in answer
        out.write(json.dumps(answer, ensure_ascii=True) + "\n")
    return refused


def _answer(line: str, number: int, redactor: Redactor) -> dict[str, Any]:
    try:
        asked = json.loads(line.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return {"id": None, "error": "bad-json", "line": number}
    if not isinstance(asked, dict) or not isinstance(asked.get("text"), str):
        return {"id": asked.get("id") if isinstance(asked, dict) else None, "error": "no-text", "line": number}
    try:
        spans = redactor.find(asked["text"])
        # One line is one thread of its own: nothing is carried from line to line.
        words, _ = redact(
            asked["text"], spans, PlaceholderMap(), labels=ALL_LABELS, now=int(time.time() * 1000), zone=UTC
        )
    except RedactionError as error:
        return {"id": asked.get("id"), "error": error.code, "line": number}
    found = [{"start": span.start, "end": span.end, "label": str(span.label)} for span in spans]
    return {"id": asked.get("id"), "redacted": words.text, "spans": found}
