"""What the tests need from the system: how to tell whether it is there, and how to get it. Standard library only.

`python -m tests.system_tools` installs what is missing where it is root on Debian, and elsewhere lists it.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PRISM_LOCK = ROOT / "tests" / "contracts" / "prism"
PRISM_HOME = ROOT / ".tools" / "prism"
PRISM = PRISM_HOME / "node_modules" / ".bin" / "prism"


@dataclass(frozen=True, slots=True)
class Tool:
    """One thing of the system. Tests with the mark `mark` are skipped without it; an empty mark only looks nicer."""

    name: str
    mark: str
    find: Callable[[], str | None]
    debian: tuple[str, ...]


def find_chromium() -> str | None:
    return _which("chromium", "chromium-browser", "google-chrome")


def find_postgres() -> str | None:
    """Finds the server's own program, which Debian keeps off the path."""
    return _which("postgres") or _first("/usr/lib/postgresql/*/bin/postgres")


def find_contracts() -> Path | None:
    """The published contracts: beside the checkout, or where NIGHTDESK_CONTRACTS says."""
    told = os.environ.get("NIGHTDESK_CONTRACTS")
    folder = Path(told) if told else ROOT.parent / "shared" / "contracts"
    return folder if folder.is_dir() else None


def find_prism() -> str | None:
    return str(PRISM) if PRISM.exists() and _prism_stamp().exists() else None


def _find_keystore() -> str | None:
    return _which("gnome-keyring-daemon") if shutil.which("dbus-run-session") else None


def _find_fonts() -> str | None:
    return _first("/usr/share/fonts/truetype/dejavu/*.ttf", "/usr/share/fonts/**/DejaVuSans.ttf")


TOOLS: tuple[Tool, ...] = (
    Tool("Chromium", "browser", find_chromium, ("chromium",)),
    Tool("Xvfb", "display", lambda: _which("Xvfb"), ("xvfb",)),
    Tool("age", "age", lambda: _which("age"), ("age",)),
    Tool("a keystore (D-Bus, gnome-keyring)", "keystore", _find_keystore, ("dbus", "gnome-keyring")),
    Tool("PostgreSQL's server", "postgres", find_postgres, ("postgresql",)),
    Tool("a C compiler", "compiler", lambda: _which("gcc", "cc"), ("gcc", "libc6-dev")),
    Tool("Node.js", "", lambda: _which("node"), ("nodejs",)),
    Tool("npm", "", lambda: _which("npm"), ("npm",)),
    Tool("fonts", "", _find_fonts, ("fonts-dejavu-core", "fonts-noto-color-emoji")),
)


def missing() -> dict[str, str]:
    """The marks whose tests cannot run here, each with the reason."""
    reasons = {tool.mark: f"{tool.name} is not installed" for tool in TOOLS if tool.mark and not tool.find()}
    if find_contracts() is None:
        reasons["prism"] = (
            "the published contracts are neither in ../shared/contracts nor where NIGHTDESK_CONTRACTS points"
        )
    elif find_prism() is None:
        reasons["prism"] = "Prism is not installed (npm, in .tools/prism)"
    return reasons


def main() -> int:
    lacking = [tool for tool in TOOLS if not tool.find()]
    if lacking and _is_debian_root():
        _apt([package for tool in lacking for package in tool.debian])
    if find_contracts() and not find_prism():
        _install_prism()
    for tool in (tool for tool in TOOLS if not tool.find()):
        print(f"Missing here: {tool.name} (Debian: apt install {' '.join(tool.debian)})")
    for mark, reason in missing().items():
        print(f"Tests marked '{mark}' will be skipped: {reason}")
    return 0


def _apt(packages: Sequence[str]) -> None:
    print(f"Installing what the tests need: {' '.join(packages)} …", flush=True)
    install = ["apt-get", "install", "-qy", "--no-install-recommends"]
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    if _tries([*install, *packages], quiet):
        return
    # A bare machine has no package lists, an old one has stale ones.
    _tries(["apt-get", "update", "-q"], quiet)
    if not _tries([*install, *packages], quiet):
        for package in packages:  # one that cannot be had must not keep the others away
            _tries([*install, package], quiet)


def _install_prism() -> None:
    npm = shutil.which("npm")
    if not npm:
        return
    print("Installing Prism into .tools/prism …", flush=True)
    PRISM_HOME.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(PRISM_LOCK / name, PRISM_HOME / name)
    if _tries([npm, "ci", "--silent", "--prefix", str(PRISM_HOME)], dict(os.environ), cwd=PRISM_HOME):
        _prism_stamp().touch()


def _prism_stamp() -> Path:
    """Named for the lock it was made from, so that a new lock installs anew."""
    return PRISM_HOME / f"made-from-{hashlib.sha256((PRISM_LOCK / 'package-lock.json').read_bytes()).hexdigest()[:16]}"


def _tries(command: Sequence[str], environment: dict[str, str], cwd: Path = ROOT) -> bool:
    ended = subprocess.run(
        command, env=environment, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if ended.returncode:
        print(ended.stderr.decode(errors="replace").strip()[-2000:], file=sys.stderr)
    return ended.returncode == 0


def _is_debian_root() -> bool:
    return os.name == "posix" and os.geteuid() == 0 and Path("/usr/bin/apt-get").exists()


def _which(*names: str) -> str | None:
    return next((found for name in names if (found := shutil.which(name))), None)


def _first(*patterns: str) -> str | None:
    return next((str(found) for pattern in patterns for found in sorted(Path("/").glob(pattern.lstrip("/")))), None)


if __name__ == "__main__":
    raise SystemExit(main())
