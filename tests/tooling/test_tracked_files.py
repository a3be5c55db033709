"""Guards over everything that is tracked: what must never be committed, whoever writes it."""

import re
from functools import cache

import pytest

from tests.tooling.tree import ROOT, tracked

# Put together here, so that this file does not hold what it forbids.
INDEXES = tuple(
    "".join(parts)
    for parts in (("pypi", ".org"), ("pythonhosted", ".org"), ("registry.", "npmjs"), ("deb.", "debian.org"))
)
INDEX_OPTIONS = ("--index" + "-url", "--extra-index" + "-url", "--find" + "-links")
SECRETS = (
    ("a private key", re.compile(rb"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----")),
    ("an age identity", re.compile(rb"AGE-SECRET-KEY-1[0-9A-Z]{58}")),
    ("a model key", re.compile(rb"sk-ant-[a-z0-9]+-[A-Za-z0-9_-]{40,}")),
    ("a carrier account", re.compile(rb"\b(?:AC|SK)[0-9a-f]{32}\b")),
    ("a cloud key", re.compile(rb"\bAKIA[0-9A-Z]{16}\b")),
    ("a code host's token", re.compile(rb"\bgh[pousr]_[A-Za-z0-9]{36}\b")),
)
# A number as people write it in North America: area code, exchange, line.
NUMBER = re.compile(
    rb"(?<![\w.+-])(?:\+?1[-. ]?)?\(?([2-9]\d{2})\)?[-. ]([2-9]\d{2})[-. ](\d{4})(?![\w-])"
    rb"|\+1([2-9]\d{2})([2-9]\d{2})(\d{4})\b"
)
LINES_AT_MOST = 400


@cache
def texts() -> tuple[tuple[str, bytes], ...]:
    """Every tracked text with its name; what holds a NUL byte is no text."""
    read = ((str(file.relative_to(ROOT)), file.read_bytes()) for file in tracked())
    return tuple((name, content) for name, content in read if b"\0" not in content)


def test_no_tracked_file_names_a_package_index() -> None:
    words = tuple(word.encode() for word in (*INDEXES, *INDEX_OPTIONS))

    assert not [(name, word) for name, content in texts() for word in words if word in content]


def test_no_tracked_file_names_a_path_of_the_machine_it_was_written_on() -> None:
    folders = b"|".join(b"/" + name for name in (b"work", b"root", b"opt/wheels", b"opt/pypi"))
    path = re.compile(rb"(?<![\w.~})])(?:" + folders + rb")/\w")

    assert not [(name, found) for name, content in texts() for found in path.findall(content)]


def test_packaging_never_becomes_a_package() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt", "requirements-build.txt"])
def test_every_requirement_is_pinned_and_hashed(lock: str) -> None:
    entries = (ROOT / lock).read_text().replace("\\\n", " ").splitlines()

    unsure = [
        entry
        for entry in entries
        if not re.fullmatch(r"[a-z0-9._-]+(\[[a-z,]+\])?==\S+( ;[^#]+?)?(\s+--hash=sha256:[0-9a-f]{64})+", entry)
    ]

    assert entries
    assert not unsure


def test_what_runs_is_pinned_alike_in_both_locks() -> None:
    runs, checks = (
        set(re.findall(r"^\S+==\S+", (ROOT / f"requirements{kind}.txt").read_text(), re.MULTILINE))
        for kind in ("", "-dev")
    )

    assert runs <= checks


def test_no_source_file_grows_beyond_what_one_reads_at_a_sitting() -> None:
    # The first tables are one generated file for as long as nothing is released.
    lengths = {
        name: content.count(b"\n")
        for name, content in texts()
        if name.endswith(".py") and not name.startswith("storage/migrations/")
    }

    assert not {name: lines for name, lines in lengths.items() if lines > LINES_AT_MOST}


def test_every_phone_number_in_the_tree_is_an_invented_one() -> None:
    real = []
    for name, content in texts():
        for match in NUMBER.finditer(content):
            _, exchange, line = (part for part in match.groups() if part is not None)
            if not (exchange == b"555" and line.startswith(b"01")):
                real.append((name, match.group().decode()))

    assert not real


def test_no_secret_lies_in_the_tree() -> None:
    # The vectors are keyrings that were made to be opened by anyone.
    places = [(name, content) for name, content in texts() if not name.startswith("tests/vectors/")]

    assert not [(name, what) for name, content in places for what, pattern in SECRETS if _looks_real(pattern, content)]


def _looks_real(pattern: re.Pattern[bytes], content: bytes) -> bool:
    # An invented one has few different letters in it, or counts up.
    return any(len(set(found)) > 12 and b"0123456789abcdef" not in found for found in pattern.findall(content))
