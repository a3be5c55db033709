"""The bench table says plainly what was met and what was missed."""

from pathlib import Path

from tests.bench.rows import Goal, Row, table


def test_a_ratio_below_its_bound_is_shown_as_missed() -> None:
    goal = Goal("ratio", "at least", 3)

    assert Row("texts", "/s", ours=290, beside="plain", theirs=100, goal=goal).verdict == "MISSED"
    assert Row("texts", "/s", ours=310, beside="plain", theirs=100, goal=goal).verdict == "met"


def test_a_figure_under_its_ceiling_is_shown_as_met() -> None:
    assert Row("door", "MB", ours=31.5, goal=Goal("figure", "at most", 45)).verdict == "met"


def test_the_table_lines_its_columns_up() -> None:
    lines = table(
        [Row("a", "MB", ours=1), Row("a longer name", "/s", ours=12345, beside="plain", theirs=2)]
    ).splitlines()

    assert len({len(line) for line in lines}) == 1
    assert "12,345 /s" in lines[3]


def test_every_bench_is_told_of_in_the_page_on_performance() -> None:
    here = Path(__file__).parent
    page = (here.parents[1] / "docs" / "performance.md").read_text(encoding="utf-8")

    benches = [file.stem.removeprefix("bench_") for file in here.glob("bench_*.py")]

    assert [bench for bench in benches if f"| `{bench}` |" not in page] == []
