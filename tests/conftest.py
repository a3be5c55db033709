"""What every test gets: a clean environment, a skip where a tool is missing, and a count of the skips at the end."""

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, settings

from tests import system_tools

# Two slow cores and real encryption: a time limit for each example would only make luck part of the result.
settings.register_profile("usual", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", settings.get_profile("usual"), max_examples=2000, derandomize=False)
settings.load_profile("usual")

# Whatever is set on this machine would otherwise reach into the tests, or the tests into it.
REDIRECTING = ("ANTHROPIC_", "TWILIO_", "NIGHTDESK_", "PYTHON_KEYRING_")
LONG_FILES = ("tests/journeys/test_killed", "tests/faults/", "tests/journeys/", "tests/ui/admin/test_every_page")
KEPT = frozenset({"NIGHTDESK_CONTRACTS"})
# What tests of faults count, each as a property of its report.
DRAWN = ("states of the disk", "of them different once opened", "kills")


def pytest_configure() -> None:
    for name in [name for name in os.environ if name.startswith(REDIRECTING) and name not in KEPT]:
        del os.environ[name]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reasons = system_tools.missing()
    for item in items:
        for mark, reason in reasons.items():
            if item.get_closest_marker(mark):
                item.add_marker(pytest.mark.skip(reason=reason))
    items.sort(key=lambda item: _turn(item.nodeid))


def _turn(test: str) -> int:
    """Files that take long go first: begun last, one of them would run alone while every other worker has ended."""
    return next((place for place, start in enumerate(LONG_FILES) if test.startswith(start)), len(LONG_FILES))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    drawn = Counter[str]()
    for report in terminalreporter.stats.get("passed", []):
        drawn.update({name: value for name, value in report.user_properties if name in DRAWN})
    if drawn:
        terminalreporter.section("whatever happens (docs/faults.md)")
        for name, count in drawn.items():
            terminalreporter.write_line(f"{count:6}  {name}")
    skipped = Counter(_why(report) for report in terminalreporter.stats.get("skipped", []))
    if not skipped:
        return
    terminalreporter.section(f"{skipped.total()} tests were skipped")
    for reason, count in skipped.most_common():
        terminalreporter.write_line(f"{count:4}  {reason}")


@pytest.fixture(autouse=True)
def home_of_its_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test writes into the real user's data folder, even where it forgets to say where."""
    monkeypatch.setenv("NIGHTDESK_HOME", str(tmp_path_factory.getbasetemp() / "no-home-was-named"))


def _why(report: pytest.TestReport | pytest.CollectReport) -> str:
    told = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return told.removeprefix("Skipped: ")
