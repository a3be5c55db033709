"""`python -m tests.eval`: the table of docs/redaction.md for our engine, and for Presidio where it is installed."""

import argparse
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.eval.presidio import load_presidio
from tests.eval.score import DIRECT, Case, Finder, Mark, Score, people, read_cases, score

HERE = Path(__file__).parent
PUBLIC = Path("../shared/data/redaction")
_HEAD = (
    "| texts | leak | names | lower-case | addresses | phones | e-mails | dates | ids | links | precision "
    "| clean touched | health | health precision |"
)
_KINDS = ("NAME", "name", "ADDRESS", "PHONE", "EMAIL", "DATE", "ID", "URL")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--public", type=Path, default=PUBLIC, help="folder of the public sets")
    arguments.add_argument("--misses", action="store_true", help="show what was missed in the part that may be read")
    options = arguments.parse_args()
    _report("Nightdesk", _ours, options)
    presidio = load_presidio()
    if presidio is None:
        print("\nPresidio is not installed here; docs/redaction.md says how to see it in the same run.")
    else:
        _report("Presidio", lambda: presidio, options)


def _ours() -> Finder:
    from appliance.redaction.redactor import Redactor

    redactor = Redactor.load()
    return lambda text: [Mark(span.start, span.end, str(span.label)) for span in redactor.find(text)]


def _report(name: str, load: Callable[[], Finder], options: argparse.Namespace) -> None:
    began = time.perf_counter()
    find = load()
    print(
        f"\n## {name}\n\nloaded in {time.perf_counter() - began:.2f} s\n\n{_HEAD}\n|{' --- |' * (_HEAD.count('|') - 1)}"
    )
    sets = {path.stem.removeprefix("dev_"): read_cases(path) for path in sorted(HERE.glob("dev_*.jsonl"))}
    cases = [case for each in sets.values() for case in each]
    scores = {}
    for place, chosen in sets.items():
        for part in ("look", "blind"):
            if of_part := [case for case in chosen if case.part == part]:
                scores[f"{place} {part}"] = score(of_part, find)
                print(_row(f"{place} {part}", scores[f"{place} {part}"]))
    print(_row("all", score(cases, find)))
    _print_misses(scores, show=options.misses)
    _print_public(options.public, find)
    _print_speed(cases, find)


def _row(name: str, counted: Score) -> str:
    kinds = " | ".join(f"{counted.share(kind):.1%}" for kind in _KINDS)
    return (
        f"| {name} ({counted.texts}) | {counted.leak:.1%} ({counted.leaked} of {counted.telling}) | {kinds} "
        f"| {counted.precision:.1%} | {counted.clean_touched:.1%} "
        f"| {counted.share('HEALTH'):.1%} | {counted.health_precision:.1%} |"
    )


def _print_misses(scores: dict[str, Score], *, show: bool) -> None:
    missed = Counter(label for counted in scores.values() for _, label, _ in counted.misses)
    alarms = Counter(label for counted in scores.values() for _, label, _ in counted.alarms)
    print(f"\nmissed by kind: {dict(missed)}; false alarms by kind: {dict(alarms)}")
    if show:
        for kind, found in (("missed", scores["first look"].misses), ("alarm", scores["first look"].alarms)):
            for case, label, shown in found:
                print(f"  {kind} {case} {label}: {shown}")


def _print_public(folder: Path, find: Finder) -> None:
    for name in ("wnut17_dev", "btc_dev"):
        path = folder / f"{name}.jsonl"
        if path.exists():
            touched, whole, precision = people(read_cases(path), find)
            print(f"{name}: people found {touched:.1%} (wholly {whole:.1%}), precision {precision:.1%}")


def _print_speed(cases: Sequence[Case], find: Finder) -> None:
    began = time.process_time()
    for case in cases:
        find(case.text)
    rate = len(cases) / (time.process_time() - began)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1 << 20)
    print(
        f"{rate:.0f} texts a second on one core; {memory:.0f} MB in all so far; labels {', '.join(DIRECT)} and HEALTH"
    )


if __name__ == "__main__":
    main()
