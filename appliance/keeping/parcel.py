"""A zip that appears whole or not at all, and whose parts are in no other file on the way."""

import os
import secrets
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from storage.errors import ExistsError
from storage.lasting import sync, sync_folder

_ONLY_ME = 0o600


@contextmanager
def parcel(out: Path, parts: Mapping[str, bytes], *, at: int) -> Iterator[Path]:
    """Write the parts beside `out` under another name, for the caller to look at; at the end it takes its name.

    Raises ExistsError where there is something already, OSError where the disk fails. An error leaves nothing behind.
    """
    if out.exists():
        raise ExistsError(f"{out.name} exists already", remedy="name a new file")
    # In the same folder: only then is the last step one rename; and nothing is left on another disk.
    unfinished = out.with_name(f".{out.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, _ONLY_ME), "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
                for name, content in parts.items():
                    zipped.writestr(_entry(name, at), content)
            file.flush()
            sync(file.fileno())
        yield unfinished
        _take_name(unfinished, out)
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()


def _entry(name: str, at: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, datetime.fromtimestamp(at / 1000, UTC).timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = _ONLY_ME << 16
    return info


def _take_name(unfinished: Path, out: Path) -> None:
    try:
        # A link and not a rename: it fails where somebody has put a file there meanwhile.
        os.link(unfinished, out)
    except FileExistsError:
        raise ExistsError(f"{out.name} exists already", remedy="name a new file") from None
    except OSError:
        # Sticks and network shares know no links.
        unfinished.replace(out)
    sync_folder(out.parent)
