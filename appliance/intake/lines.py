"""`nightdesk sort`: JSON lines in, JSON lines out. A line that cannot be read gets an error; the rest goes on."""

import json
from collections.abc import Iterable
from typing import TextIO

from appliance.intake.sort import sort_text


def sort_lines(given: Iterable[str], out: TextIO) -> int:
    """Sort `{"id","text"}` lines; answer how many could not be read. Empty lines are passed over."""
    bad = 0
    for number, line in enumerate(given, start=1):
        if not line.strip():
            continue
        answer = _answer(line, number)
        bad += "error" in answer
        out.write(json.dumps(answer, ensure_ascii=True) + "\n")
    return bad


def _answer(line: str, number: int) -> dict[str, object]:
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        return {"id": None, "error": "bad-json", "line": number}
    if not isinstance(asked, dict) or not isinstance(asked.get("text"), str) or "id" not in asked:
        known = asked.get("id") if isinstance(asked, dict) else None
        return {"id": known, "error": "no-text", "line": number}
    found = sort_text(asked["text"])
    return {
        "id": asked["id"],
        "optout": found.optout,
        "emergency": found.emergency,
        "junk": found.junk,
        "language": found.language,
    }
