"""Static files of the release: only the listed ones, each under an address that holds its digest."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
LISTED = {
    "desk.css": "text/css; charset=utf-8",
    "live.js": "text/javascript; charset=utf-8",
    "sign-in.js": "text/javascript; charset=utf-8",
    "lamp.svg": "image/svg+xml; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, read once."""

    content: bytes = field(repr=False)
    kind: str
    address: str


def read_assets() -> dict[str, Asset]:
    """All of them, by name."""
    return {name: _read(name, kind) for name, kind in LISTED.items()}


def _read(name: str, kind: str) -> Asset:
    content = (FOLDER / name).read_bytes()
    return Asset(content, kind, f"/static/{hashlib.sha256(content).hexdigest()[:16]}/{name}")
