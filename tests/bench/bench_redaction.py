"""How many texts the redactor reads in a second of one core, beside Presidio where that is installed."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.bench.rows import Goal, Row
from tests.eval.presidio import load_presidio
from tests.eval.score import read_cases

CASES = Path(__file__).parents[1] / "eval"
TEXTS_PRESIDIO = 100  # it takes its time


def rows() -> Iterable[Row]:
    from appliance.redaction.redactor import Redactor

    texts = [case.text for file in sorted(CASES.glob("dev_*.jsonl")) for case in read_cases(file)]
    began = time.process_time()
    redactor = Redactor.load()
    loaded = time.process_time() - began
    ours = _a_second(redactor.find, texts)
    presidio = load_presidio()
    theirs = None if presidio is None else _a_second(presidio, texts[:TEXTS_PRESIDIO])
    beside = "Presidio (not installed here)" if theirs is None else "Presidio"
    yield Row("texts redacted", "/s", ours, beside, theirs, Goal("ratio", "at least", 5))
    yield Row("loading the redactor", "s", loaded)


def _a_second(find: Callable[[str], object], texts: list[str]) -> float:
    find(texts[0])  # what is loaded at the first text is not the question here
    began = time.process_time()
    for text in texts:
        find(text)
    return len(texts) / (time.process_time() - began)
