"""`make bench`: runs each bench_*.py beside this file (or those named) and prints one table.

A bench module has `rows() -> Iterable[Row]`. Each runs in a process of its own, so that none inherits another's memory
or threads. Figures are ratios within one run; nothing here fails because a machine is slow.
"""

import argparse
import os
import platform
from pathlib import Path

from tests.bench.process import alone
from tests.bench.rows import Row, rows_of, table

HERE = Path(__file__).parent
LONGEST_REASON = 400


def main() -> int:
    names = sorted(file.stem.removeprefix("bench_") for file in HERE.glob("bench_*.py"))
    parser = argparse.ArgumentParser(prog="make bench", description="Our figures beside the plain way.")
    parser.add_argument("which", nargs="*", metavar="BENCH", help=f"one or more of: {', '.join(names)}")
    asked = parser.parse_args().which or names
    if unknown := sorted(set(asked) - set(names)):
        parser.error(f"no bench is called {', '.join(unknown)}; there are {', '.join(names)}")
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    rows: list[Row] = []
    broken: list[str] = []
    for name in asked:
        print(f"… {name}", flush=True)
        try:
            rows += alone(rows_of, name)
        except Exception as problem:  # noqa: BLE001 - one broken bench must not hide the others' figures
            broken.append(f"{name}: {type(problem).__name__}: {str(problem)[-LONGEST_REASON:]}")
    print(table(rows))
    for line in broken:
        print(f"did not run: {line}")
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
