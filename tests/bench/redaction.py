"""How fast the engine is, beside Presidio in the same run where it is installed: `python -m tests.bench.redaction`."""

import resource
import subprocess
import sys
import time
from pathlib import Path

from tests.eval.presidio import load_presidio
from tests.eval.score import Finder, read_cases

_TURNS = 7
DEV = Path(__file__).parents[1] / "eval"
_LOAD = (
    "import time; began = time.perf_counter();"
    "from appliance.redaction.redactor import Redactor; Redactor.load();"
    "import resource; print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
)


def main() -> None:
    texts = [case.text for path in sorted(DEV.glob("dev_*.jsonl")) for case in read_cases(path)]
    loaded, memory = subprocess.run(
        [sys.executable, "-c", _LOAD], check=True, capture_output=True, text=True
    ).stdout.split()
    print(f"load {float(loaded):.2f} s, memory {int(memory) / 1024:.0f} MB (goals 0.6 s, 140 MB)")

    from appliance.redaction.redactor import MAX_CHARACTERS, Redactor

    redactor = Redactor.load()
    _rate("Nightdesk", redactor.find, texts)
    long = max(_seconds(redactor.find, (text * MAX_CHARACTERS)[:MAX_CHARACTERS]) for text in texts[:20])
    print(f"longest texts ({MAX_CHARACTERS} characters): {long * 1000:.0f} ms (goal 50 ms)")
    presidio: Finder | None = load_presidio()
    if presidio is None:
        print("Presidio is not installed: no ratio in this run.")
    else:
        # In turn over the same texts: a shared machine's spells last minutes, and both must feel the same one.
        ratios = sorted(_ratio(redactor.find, presidio, texts[start::10]) for start in range(_TURNS))
        print(
            f"ratio to Presidio: {ratios[_TURNS // 2]:.1f}, from {ratios[0]:.1f} to {ratios[-1]:.1f} "
            f"in {_TURNS} turns (goal 5)"
        )
    print(f"memory of this process in the end: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _ratio(ours: object, theirs: object, texts: list[str]) -> float:
    return _rate("Nightdesk", ours, texts) / _rate("Presidio", theirs, texts)


def _rate(name: str, find: object, texts: list[str]) -> float:
    assert callable(find)
    for text in texts:
        find(text)
    took = sorted(_seconds(find, text) for text in texts)
    rate = len(took) / sum(took)
    middle, last = took[len(took) // 2] * 1000, took[int(len(took) * 0.99)] * 1000
    print(f"{name}: {rate:.0f} texts a second on one core, p50 {middle:.2f} ms, p99 {last:.2f} ms")
    return rate


def _seconds(find: object, text: str) -> float:
    assert callable(find)
    began = time.thread_time()
    find(text)
    return time.thread_time() - began


if __name__ == "__main__":
    main()
