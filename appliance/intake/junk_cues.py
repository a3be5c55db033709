"""What advertising and fraud are known by: the cues of words/junk_cues.txt. A text without any is never junk.

Each is also a feature of the classifier, so that a prize or a line of credit counts the same in any wording.
"""

import re
from functools import cache
from pathlib import Path
from typing import Final

_LIST: Final = Path(__file__).with_name("words") / "junk_cues.txt"
_SHOUTED: Final = re.compile(r"\b[A-Z]{4,}\b")
# A few words in capitals stand for themselves (URGENT, BCBS); advertising has more of them, beside small letters.
_SHOUTING: Final = 3


def find_cues(text: str, small: str) -> tuple[str, ...]:
    """The names of the cues in a text, given as written and in plain form."""
    found = tuple(name for name, pattern in _cues() if pattern.search(small))
    shouting = not text.isupper() and len(_SHOUTED.findall(text)) >= _SHOUTING
    return (*found, "shouting") if shouting else found


@cache
def _cues() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each section's name with all its patterns as one."""
    sections: dict[str, list[str]] = {}
    held: list[str] = []
    for line in _LIST.read_text("utf-8").splitlines():
        if line.startswith("[") and line.endswith("]") and "|" not in line and " " not in line:
            held = sections.setdefault(line[1:-1], [])
        elif line and not line.startswith("#"):
            held.extend(line.split("  "))
    return tuple((name, re.compile("|".join(patterns))) for name, patterns in sections.items())
