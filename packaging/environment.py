"""Makes .venv from the hashed locks and links the project into it.

Standard library only: it runs before anything is there. A stamp in .venv holds the digest of what it was made from, so
a second run with the same locks ends at once.
"""

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".venv"
LOCKS = {"run": "requirements.txt", "dev": "requirements-dev.txt"}  # the second holds the first
BUILD_LOCK = "requirements-build.txt"


def main(kind: str) -> int:
    if sys.version_info[:2] != (3, 11):
        found = sys.version.split()[0]
        return _refuse(f"Nightdesk needs Python 3.11; this is {found}. Say `make PYTHON=/path/to/python3.11 …`.")
    if any(_stamp(ready).exists() and _stamp(ready).read_text() == _digest(ready) for ready in (kind, "dev")):
        return 0
    print(f"Preparing .venv from {LOCKS[kind]} (once; a few minutes) …", flush=True)
    if not (_python().exists() and _works()):
        _make()
    try:
        # Wheels only: building one from source would fetch its build tools without a hash. Not compiled: that takes
        # half of the time, most of it is never imported, and Python compiles what is.
        only = ("--require-hashes", "--only-binary", ":all:", "--no-compile")
        _pip(*only, "-r", str(ROOT / LOCKS[kind]), "-r", str(ROOT / BUILD_LOCK))
        # Nothing is fetched here: no dependencies, and the setuptools just installed.
        _pip("--no-index", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    except subprocess.CalledProcessError as failed:
        return _refuse(f"pip could not fill .venv (it ended with {failed.returncode}; its own words are above).")
    _stamp(kind).write_text(_digest(kind))
    return 0


def _make() -> None:
    """Raises SystemExit where this Python cannot make environments, and nobody here can add what it lacks."""
    if importlib.util.find_spec("ensurepip") is None:  # Debian keeps it in a package of its own
        if not _is_debian_root():
            sentence = "this Python cannot make a virtual environment (Debian: apt install python3.11-venv)."
            raise SystemExit(_refuse(sentence))
        install = ["apt-get", "install", "-qy", "--no-install-recommends", "python3.11-venv"]
        if subprocess.run(install, check=False).returncode:
            subprocess.run(["apt-get", "update", "-q"], check=False)
            subprocess.run(install, check=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(HOME)], check=True)


def _pip(*arguments: str) -> None:
    quietly = ("--quiet", "--no-input", "--disable-pip-version-check")
    command = [str(_python()), "-m", "pip", "install", *quietly, *arguments]
    # Its words are of use to nobody unless it fails.
    ended = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if ended.returncode:
        sys.stderr.write(ended.stdout.decode(errors="replace"))
        raise subprocess.CalledProcessError(ended.returncode, command)


def _python() -> Path:
    return HOME / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _works() -> bool:
    probe = subprocess.run([str(_python()), "-m", "pip", "--version"], capture_output=True, check=False)
    return probe.returncode == 0


def _is_debian_root() -> bool:
    return os.name == "posix" and os.geteuid() == 0 and Path("/usr/bin/apt-get").exists()


def _digest(kind: str) -> str:
    made_from = (ROOT / LOCKS[kind], ROOT / BUILD_LOCK, ROOT / "pyproject.toml", Path(__file__))
    # The place counts too: an environment that was moved with its folder still points to the old one.
    return hashlib.sha256(b"".join(file.read_bytes() for file in made_from) + str(ROOT).encode()).hexdigest()


def _stamp(kind: str) -> Path:
    return HOME / f"made-from-{kind}"


def _refuse(sentence: str) -> int:
    print(f"nightdesk: {sentence}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1] if len(sys.argv) > 1 else "run"))
