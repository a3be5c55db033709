"""Every chore that fails is told in a sentence of its own."""

import ast
from pathlib import Path

from appliance.opening import parts
from appliance.staff.status import sentence_of

NOWHERE = "no such code"


def chores() -> list[str]:
    tree = ast.parse(Path(parts.__file__).read_text(encoding="utf-8"))
    calls = [one for one in ast.walk(tree) if isinstance(one, ast.Call) and getattr(one.func, "id", "") == "Chore"]
    return [str(ast.literal_eval(call.args[0])) for call in calls]


def test_a_chore_that_fails_is_told_in_words() -> None:
    unknown = sentence_of(NOWHERE).sentence

    assert len(chores()) > 20
    assert [name for name in chores() if sentence_of(name).sentence == unknown.replace(NOWHERE, name)] == []
