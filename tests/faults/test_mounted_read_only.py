"""File systems that are really mounted read-only, in a mount namespace of their own; and one that turns read-only while
a backup is written to it. Each is named with its code, and nothing half-written is called a backup.
"""

import os
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from unittest import mock

import pytest

from tests.faults.recorder import failing
from tests.faults.stocked import Stocked, stock
from tests.journeys.house import environment, free_port, nightdesk

MOUNTED = 'mount -t tmpfs tmpfs "$1" && cp -a "$2/." "$1/" && mount -o remount,ro "$1"'
WITHIN_S = 120


@cache
def namespace() -> tuple[str, ...]:
    """What begins a command that has its own mounts, as root of this machine or of a namespace; nothing where the
    kernel refuses both.
    """
    for words in (("unshare", "--mount"), ("unshare", "--mount", "--map-root-user")):
        tried = [*words, "sh", "-c", "mount -t tmpfs tmpfs /mnt && mount -o remount,ro /mnt && ! touch /mnt/x"]
        if shutil.which("unshare") and subprocess.run(tried, capture_output=True, check=False).returncode == 0:
            return words
    return ()


def with_read_only(folder: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """A command that finds the folder on a file system that can only be read."""
    content = folder.with_name(f"{folder.name}-before")
    shutil.copytree(folder, content)
    typed = shlex.join([sys.executable, "-m", "ui.cli", *map(str, words)])
    shell = [*namespace(), "sh", "-c", f"{MOUNTED} && exec {typed}", "sh", str(folder), str(content)]
    return subprocess.run(shell, capture_output=True, text=True, check=False, env=environment(), timeout=WITHIN_S)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def mounts() -> None:
    if not namespace():
        pytest.skip("the kernel lets nobody here mount anything, not even in a namespace")


@pytest.fixture
def stocked(tmp_path: Path) -> Stocked:
    """With one backup at its place."""
    made = stock(tmp_path / "house")
    (made.folder / "place").mkdir()
    said = made.command("backup", "--to", made.folder / "place")
    assert said.code == 0, said.err
    return made


@pytest.mark.usefixtures("mounts")
@pytest.mark.parametrize(("verb", "code"), [("serve", "disk-read-only"), ("backup", "disk-")])
def test_a_desk_on_a_read_only_disk_says_so_and_ends(verb: str, code: str, stocked: Stocked) -> None:
    place = stocked.folder / "place"
    before = files(place)
    ports = ("--admin-port", str(free_port()), "--door-port", str(free_port()))
    typed = (verb, *(ports if verb == "serve" else ("--to", place)))

    said = with_read_only(stocked.home, *typed, "--home", stocked.home, "--passphrase-file", stocked.passphrase_file)

    assert said.returncode == 1
    assert f"nightdesk: {code}" in said.stderr
    assert "Traceback" not in said.stderr
    assert files(place) == before


@pytest.mark.usefixtures("mounts")
def test_a_backup_to_a_read_only_place_is_refused_with_its_code(stocked: Stocked) -> None:
    place = stocked.folder / "place"
    told = ("--home", stocked.home, "--passphrase-file", stocked.passphrase_file)

    said = with_read_only(place, "backup", "--to", place, *told)

    assert said.returncode == 1
    assert "nightdesk: place-read-only: " in said.stderr
    assert "what to do: " in said.stderr


@pytest.mark.compiler
@pytest.mark.parametrize("call", [4, 12, 15])
def test_a_place_that_turns_read_only_within_a_backup_still_brings_the_desk_back(
    call: int, stocked: Stocked, tmp_path: Path
) -> None:
    """Whatever is called a backup by then is one: the newest of them is taken."""
    place, fresh = stocked.folder / "place", tmp_path / "fresh"

    with mock.patch.dict(os.environ, failing(place, f"EROFS:any:{call}:/:0")):
        said = stocked.command("backup", "--to", place)

    assert (said.code, "nightdesk: place-read-only: " in said.err) == (1, True), said
    # From a copy: whoever was brought back elsewhere makes no more backups.
    stick = shutil.copytree(place, tmp_path / "stick")
    back = nightdesk("restore", "--from", stick, "--recovery-file", stocked.sheet_file, "--home", fresh)
    assert back.code == 0, back.err
    assert stocked.command("backup", "--to", place).code == 0
