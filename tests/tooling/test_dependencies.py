"""What we import is what we asked for: a library that came along with another may leave with it."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

from setuptools.config.pyprojecttoml import read_configuration

from tests.tooling.tree import ROOT, tracked

ROOMS = ("appliance", "storage", "ui")
TRAINING = ROOT / "appliance" / "redaction" / "learning"  # run by whoever trains anew, with libraries of their own


def test_every_library_the_house_imports_is_named_in_pyproject() -> None:
    project = _pyproject()["project"]
    named = _names(project["dependencies"]) | _names(project["optional-dependencies"]["s3"])
    homes = packages_distributions()

    house = [file for file in tracked() if file.suffix == ".py" and file.relative_to(ROOT).parts[0] in ROOMS]
    house = [file for file in house if TRAINING not in file.parents]

    foreign = {module for file in house for module in _imports(file)}
    foreign -= {*ROOMS, *sys.stdlib_module_names}

    assert not {module for module in foreign if not named & {_normal(home) for home in homes.get(module, [module])}}


def test_the_locks_hold_everything_that_pyproject_asks_for() -> None:
    asked = _pyproject()
    locked = {
        lock: _names((ROOT / lock).read_text().splitlines()) for lock in ("requirements.txt", "requirements-dev.txt")
    }

    assert _names(asked["project"]["dependencies"]) <= locked["requirements.txt"], "run `make lock`"
    assert _names(asked["dependency-groups"]["dev"]) <= locked["requirements-dev.txt"], "run `make lock`"


def test_pyproject_is_one_that_a_fresh_environment_can_be_made_from() -> None:
    assert read_configuration(ROOT / "pyproject.toml", expand=False)["project"]["name"] == "nightdesk"


def _pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _names(requirements: Iterable[str]) -> set[str]:
    return {_normal(re.split(r"[\[<>=;~ ]", requirement)[0]) for requirement in requirements}


def _imports(file: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    pulled = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return {name.partition(".")[0] for name in plain | pulled}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
