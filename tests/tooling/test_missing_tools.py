"""A tool that is not here skips just the tests that need it, and the run says so."""

from pathlib import Path

import pytest

from tests import system_tools

pytest_plugins = ["pytester"]


def test_without_chromium_the_browser_tests_have_a_reason_to_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    assert system_tools.missing()["browser"] == "Chromium is not installed"


def test_without_the_published_contracts_prism_tests_say_where_to_put_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NIGHTDESK_CONTRACTS", str(tmp_path / "nowhere"))

    assert "NIGHTDESK_CONTRACTS" in system_tools.missing()["prism"]


def test_every_mark_of_a_tool_is_registered(pytestconfig: pytest.Config) -> None:
    registered = {line.partition(":")[0] for line in pytestconfig.getini("markers")}

    assert {tool.mark for tool in system_tools.TOOLS if tool.mark} <= registered


def test_skipped_tests_are_counted_with_their_reasons(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system_tools, "missing", lambda: {"browser": "Chromium is not installed"})
    pytester.makeini("[pytest]\nmarkers = browser")
    pytester.makeconftest("from tests.conftest import pytest_collection_modifyitems, pytest_terminal_summary")
    pytester.makepyfile(
        "import pytest\n"
        "@pytest.mark.browser\ndef test_a(): pass\n"
        "@pytest.mark.browser\ndef test_b(): pass\n"
        "def test_c(): pass\n"
    )

    result = pytester.runpytest_inprocess()

    result.assert_outcomes(passed=1, skipped=2)
    result.stdout.fnmatch_lines(["*2 tests were skipped*", "*2  Chromium is not installed"])
