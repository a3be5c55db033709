"""The files of the checkout that are tracked; what lies beside them is nobody's business."""

import os
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@cache
def tracked() -> tuple[Path, ...]:
    """Skips the test that asks where this is no checkout."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("this is not a checkout, so nothing tells what is tracked")
    files = (ROOT / os.fsdecode(name) for name in listed.stdout.split(b"\0") if name)
    return tuple(file for file in files if file.is_file())
